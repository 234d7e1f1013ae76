// SPDX-License-Identifier: GPL-2.0-only
/*
 * fuzz_elf - any bytes for elf_defect(), and what it accepts for those behind
 *
 * libbpf may refuse what passed, but it must not read outside the file: every
 * section of what elf_defect() let pass begins and ends within it.
 */
#include <elf.h>
#include <string.h>

#include <bpf/libbpf.h>

#include "../../lib/internal.h"

__attribute__((constructor)) static void silence_libbpf(void)
{
	libbpf_set_print(NULL);
}

/* A read that the compiler cannot leave out. */
static void touch(const uint8_t *byte)
{
	__asm__ volatile("" : : "r"(*byte));
}

static void read_sections(const uint8_t *bytes)
{
	Elf64_Ehdr header;
	Elf64_Shdr section;

	memcpy(&header, bytes, sizeof(header));
	for (size_t i = 0; i < header.e_shnum; i++) {
		memcpy(&section, bytes + header.e_shoff + i * sizeof(section),
		       sizeof(section));
		if (section.sh_type == SHT_NOBITS || !section.sh_size)
			continue;
		touch(bytes + section.sh_offset);
		touch(bytes + section.sh_offset + section.sh_size - 1);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct bpf_object *object;

	if (elf_defect(bytes, size))
		return 0;
	read_sections(bytes);
	object = bpf_object__open_mem(bytes, size, NULL);
	bpf_object__close(object);
	return 0;
}
