/* SPDX-License-Identifier: LGPL-2.1-only */
/* code-pack.h - code as bytes, to be kept */
#ifndef CODE_PACK_H
#define CODE_PACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "code.h"

/* The maps that code refers to, each once. */
struct code_maps {
	int *fds;
	uint32_t *ids;
	size_t nr;
	bool own; /* the descriptors are closed with it */
};

/* Those of code whose object is open.  -EOPNOTSUPP for code that refers to
 * what cannot be kept. */
int code_maps_read(struct code_maps *maps, const struct code *code,
		   const char *name);
void code_maps_free(struct code_maps *maps);

#define CODE_PAGE 4096

/* As whole pages, to be freed. */
int code_pack(void **bytes, size_t *pages, const struct code *code,
	      const struct code_maps *maps);
/*
 * Back again, with a BTF of its own, to be freed, and descriptors of its maps.
 * -EUCLEAN, without fail(), for bytes that are none, -ENOENT if a map has gone.
 */
int code_unpack(struct code *code, struct code_maps *maps, const void *bytes,
		size_t size);

#endif
