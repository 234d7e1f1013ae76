/* SPDX-License-Identifier: LGPL-2.1-only */
/* layout.h - whether a map that is there is laid out as a program wants it */
#ifndef LAYOUT_H
#define LAYOUT_H

struct bpf_map;
struct btf;
struct xdplab_map;

/*
 * Whether a program of the file `path` can go on with the map `there` instead of
 * making `map` of its object, whose BTF is `btf`.  -EEXIST if not; both are then
 * there to be shown by xdplab_error_layout().
 */
int layout_check(const struct xdplab_map *there, const struct bpf_map *map,
		 const struct btf *btf, const char *path);

#endif
