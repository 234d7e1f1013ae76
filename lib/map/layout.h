/* SPDX-License-Identifier: LGPL-2.1-only */
/* layout.h - whether a map that is there is laid out as a program wants it */
#ifndef LAYOUT_H
#define LAYOUT_H

#include "xdplab.h"

struct bpf_map;
struct btf;

/* Two layouts, side by side. */
struct layout {
	struct xdplab_layout_row *rows;
	size_t nr;
	bool differs, lost;
};

/* In verifier/refusal.c, as what a failure was about. */
void layout_free(struct layout *layout);

/*
 * Whether a program of the file `path` can continue with the map `there`
 * instead of making `map` of its object, whose BTF is `btf`.  -EEXIST if not;
 * both are then there to be shown by xdplab_error_layout().
 */
int layout_check(const struct xdplab_map *there, const struct bpf_map *map,
		 const struct btf *btf, const char *path);

#endif
