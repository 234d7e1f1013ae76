/* SPDX-License-Identifier: LGPL-2.1-only */
/* prog.h - a program of an object, and its maps */
#ifndef PROG_H
#define PROG_H

#include <stdbool.h>
#include <stdint.h>

#include "code.h"
#include "pin/pin.h"
#include "xdplab.h"

struct bpf_object;
struct bpf_program;

/* ---- choose.c, maps.c ---- */

/* The program that the options name, or the only one that is not marked to be
 * loaded already; errors as those of xdplab_prog_open(). */
int prog_choose(struct bpf_program **out, struct bpf_object *object,
		const char *path, const struct xdplab_prog_opts *opts);
/* Whether it can be on an interface, or be tail-called by what is. */
bool prog_is_xdp(const struct bpf_program *program);
/* By what names an object's maps are pinned with its stage, to be freed; asked
 * before any is there already, for then libbpf calls it as the kernel does. */
typedef char prog_map_name[PIN_NAME_SIZE];
int prog_maps_name(prog_map_name **names, const struct bpf_object *object);
/*
 * These have the maps of an object, of the file `path`, be ones that are there
 * already, and add to *reused how many are.  -EEXIST: one does not fit, and
 * xdplab_error_layout() shows why.
 *
 * Maps that are pinned in the directory of a stage's maps; `has_slots`: maps of
 * the object begin with programs.
 */
int prog_maps_of_stage(struct bpf_object *object, const char *path,
		       const char *directory, const prog_map_name *names,
		       bool has_slots, uint32_t *reused);
/*
 * Maps that are pinned where the object's ask to be.  -EINVAL: that is no
 * bpffs; -EEXIST also: programs that one begins with would be put into the one
 * there. `*fresh`, freed before and to be freed, tells of each map whether a
 * load is the first to pin it, and to make the directory; then
 * prog_maps_unpin() takes those away again.
 */
struct fresh_pin {
	bool pin, directory;
};

int prog_maps_pinned(struct bpf_object *object, const char *path,
		     bool has_slots, struct fresh_pin **fresh,
		     uint32_t *reused);
void prog_maps_unpin(struct bpf_object *object, const struct fresh_pin *fresh);
/* All maps but the program's global data, and those that begin with programs,
 * ask to be pinned there. */
int prog_maps_pin_all(struct bpf_object *object, const char *directory,
		      bool has_slots);

/* ---- prog.c ---- */

/* The bytes of an object, to be freed, and xdplab_prog_open() of them: so what
 * was checked is what is loaded, however often.  `path` is then but its name. */
int prog_read(char **bytes, size_t *size, const char *path);
int prog_open_bytes(struct xdplab_prog **out, const char *path,
		    const char *bytes, size_t size,
		    const struct xdplab_prog_opts *opts);

/*
 * Has its maps created, and if it is not loaded a mark loaded in its place,
 * which stands for it in a chain; its code is then there to be fused.
 */
int prog_extract(struct xdplab_prog *prog);
const struct code *prog_code(const struct xdplab_prog *prog);
/*
 * Before it is loaded: has another XDP program of the object, or itself, be
 * loaded as well, so that it can be put into a prog_array.  -ENOENT, without
 * fail(), if the object has none of that name.
 */
int prog_load_too(struct xdplab_prog *prog, const char *function);

/* A program that was loaded to be tail-called. */
struct prog_callee {
	const char *name;
	const struct code *code; /* prog_code() if it is the program itself */
	uint32_t prog_flags;
	int fd;
};

/* Those of the object one after the other, which slots of a prog_array began
 * with or prog_load_too() named; false after the last. */
bool prog_callee(const struct xdplab_prog *prog, size_t i,
		 struct prog_callee *callee);
/* BPF_F_XDP_HAS_FRAGS, BPF_F_XDP_DEV_BOUND_ONLY. */
uint32_t prog_flags(const struct xdplab_prog *prog);
const char *prog_licence(const struct xdplab_prog *prog);
struct bpf_object *prog_object(const struct xdplab_prog *prog);
/* By what names its maps are pinned, in their order. */
const prog_map_name *prog_map_names(const struct xdplab_prog *prog);
/* Has it continue with the maps pinned in that directory, if it is not loaded;
 * -EEXIST if one does not fit. */
int prog_reuse_maps(struct xdplab_prog *prog, const char *directory);
/* Removes the pins that the program's load has made. */
void prog_take_back(struct xdplab_prog *prog);

#endif
