/* SPDX-License-Identifier: LGPL-2.1-only */
/* elf.h - objects before anything else reads them */
#ifndef ELF_H
#define ELF_H

#include <stddef.h>

/*
 * Whether `size` bytes are a whole 64 bit ELF object for BPF in this machine's
 * byte order, all of whose sections lie within it, with a BTF that libbpf can
 * follow.  NULL if so, else why not.
 */
const char *elf_defect(const void *bytes, size_t size);
/* The same of the bytes of its section .BTF alone. */
const char *btf_defect(const void *bytes, size_t size);
/* Of an object without a defect: its licence, cut where longer; "" if it has
 * none. */
void elf_licence(char *licence, size_t size, const void *bytes);
/* Likewise, tells `fn` each function that its maps refer to, as the programs
 * that they begin with. */
void elf_slots(const void *bytes, void (*fn)(const char *function, void *arg),
	       void *arg);

#endif
