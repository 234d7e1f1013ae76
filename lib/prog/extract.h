/* SPDX-License-Identifier: LGPL-2.1-only */
/* extract.h - a program on its way out of libbpf */
#ifndef EXTRACT_H
#define EXTRACT_H

#include <stdbool.h>
#include <stdint.h>

#include "code.h"

struct bpf_map;
struct bpf_object;
struct bpf_program;

/* What was seen of a program on its way into the kernel. */
struct extract {
	struct bpf_object *object;
	const struct bpf_program *program;
	bool divert; /* in: have the kernel load a trivial program instead */
	const struct bpf_program *last; /* the last one that came by */
	struct code code;		/* its BTF is the object's */
	uint32_t prog_flags;		/* BPF_F_XDP_HAS_FRAGS ... */
};

/* To be called before an object is opened that extract_load() is to load. */
void extract_prepare(void);
/* bpf_object__load(), which keeps what it sees of the program. */
int extract_load(struct extract *extract);
void extract_free(struct extract *extract);

#endif
