/* SPDX-License-Identifier: LGPL-2.1-only */
/* extract.h - a program on its way out of libbpf */
#ifndef EXTRACT_H
#define EXTRACT_H

#include <stddef.h>
#include <stdint.h>

#include "code.h"

struct bpf_map;
struct bpf_object;
struct bpf_program;

/* What was seen of a program on its way into the kernel. */
struct extracted {
	const struct bpf_program *program;
	struct code code;    /* its BTF is the object's */
	uint32_t prog_flags; /* BPF_F_XDP_HAS_FRAGS ... */
};

/* What was seen of all that came by, one after the other. */
struct extract {
	struct bpf_object *object;
	/* in: the kernel is to load a trivial program instead of it, or NULL */
	const struct bpf_program *diverted;
	struct extracted *at;
	size_t nr;
};

/* To be called before an object is opened that extract_load() is to load. */
void extract_prepare(void);
/* bpf_object__load(), which keeps what it sees of the programs. */
int extract_load(struct extract *extract);
/* What was seen of that program; NULL if it did not come by. */
const struct extracted *extract_find(const struct extract *extract,
				     const struct bpf_program *program);
void extract_free(struct extract *extract);

#endif
