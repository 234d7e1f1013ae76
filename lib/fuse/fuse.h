/* SPDX-License-Identifier: LGPL-2.1-only */
/*
 * fuse.h - several programs in, one out
 *
 * Pure functions of their arguments: they ask nothing of the kernel.
 */
#ifndef FUSE_H
#define FUSE_H

#include "prog/code.h"
#include "xdplab.h"

/* Why a stage is not inlined.  Kept in bpffs as a number. */
enum fuse_why {
	FUSE_FITS, /* it is */
	FUSE_ADOPTED,
	FUSE_JUMPS,
	FUSE_TAIL_CALLS,
	FUSE_STACK,
	FUSE_FRAMES,
	FUSE_MAPS,
	FUSE_TYPES,
};

#define FUSE_MAPS_MAX 64 /* MAX_USED_MAPS, for one program */

/* More maps than leave room for the chain's slots and a map of counters. */
static inline bool fuse_maps_too_many(size_t nr_maps)
{
	return nr_maps + 2 > FUSE_MAPS_MAX;
}

/* In words; "" for one that fits, or is unknown. */
const char *fuse_why_text(uint32_t why);

struct fuse_stage {
	const struct code *code; /* NULL: a program that is there already */
	const char *name;
	size_t nr_maps;	  /* that its code uses */
	uint32_t actions; /* mask of 1 << verdict after which to go on */
	uint32_t counter; /* its number among those that count, or */
#define FUSE_UNCOUNTED UINT32_MAX

	/* By fuse_plan(); what is tail-called needs a .slot then. */
	enum xdplab_stage_how how;
	enum fuse_why why;
	uint32_t slot; /* where it is in the prog_array */

	/* By fuse(): where its main function's instructions are in the result
	 * if it is inlined, and where the rest is, or all of it. */
	size_t start, end;
	size_t behind, behind_end;
};

#define FUSE_VERDICTS 5 /* XDP_ABORTED to XDP_REDIRECT */

/* What a stage's counter has for each verdict: side by side, so that a packet
 * touches one line of the CPU's cache. */
struct fuse_count {
	uint64_t packets, bytes;
};

#define FUSE_COUNTER_SIZE (FUSE_VERDICTS * sizeof(struct fuse_count))

/*
 * Where the chain counts: each map is an array of one value, with a row for
 * each CPU, and in a row a counter for each stage.
 */
struct fuse_counts {
	const int *map_fds;
	uint32_t rows;	   /* a power of two, no less than there are CPUs */
	uint32_t row_size; /* bytes, a power of two */
};

/* How many stages one of its maps counts. */
static inline uint32_t fuse_counts_per_map(const struct fuse_counts *counts)
{
	return counts->row_size / FUSE_COUNTER_SIZE;
}

struct fuse_opts {
	struct fuse_counts counts; /* for stages that have a counter */
	bool ask_length; /* of a helper: the packet may be in several buffers,
			    or pointers must not be subtracted */
	int slots_fd;	 /* the prog_array, if it is needed */
	bool goes_on;	 /* after the last stage, with the program */
	uint32_t next;	 /* in this slot */
};

/*
 * Decides for each of the `nr` stages, 1 or more, that one program is to be
 * made of, how it will be run.  -ENOMEM, -EINVAL.
 */
int fuse_plan(struct fuse_stage *stages, size_t nr);

/*
 * Makes that program, the stages in their order.  Its verdict is that of the
 * first stage after whose verdict it does not go on, or else the last one's.
 * The result's BTF is the caller's to free.  -ENOMEM, -EINVAL.
 */
int fuse(struct code *out, struct fuse_stage *stages, size_t nr,
	 const struct fuse_opts *opts);

/* ---- shape.c: what matters of a stage's code ---- */

#define STACK_SIZE 512 /* MAX_BPF_STACK */

struct fuse_shape {
	size_t length;	    /* of its main function, in instructions */
	int depth;	    /* of its main function's stack, bytes */
	uint32_t registers; /* that its main function names, as a mask */
	int below;	    /* of all frames that can be below that, rounded */
	int frames;	    /* how many there can be, with its own */
	bool makes_tail_calls; /* in its main function */
	int tail_below; /* bytes of frames, its own left out, above one that
			   makes a tail call; -1: none does */
};

/* -EINVAL without instructions, or with more functions than are possible. */
int fuse_shape_read(struct fuse_shape *shape, const struct code *code,
		    const char *name);
/* How deep the function of these instructions may reach into its stack. */
int fuse_depth(const struct code *code, size_t start, size_t end);
/* A frame's bytes as the verifier adds them up. */
int fuse_frame(int depth);

/* ---- between fuse.c and btf.c ---- */

/* Where a stage's code went. */
struct fuse_place {
	size_t length; /* of its main function, if that was inlined */
	size_t main;   /* where that is in the result, or the call of it */
	size_t behind; /* where the rest of its code is */
	size_t nr_behind;
	uint32_t types; /* added to its type ids */
};

/* Whether the code means types of its own BTF by their numbers, which another
 * BTF has no room for. */
bool fuse_needs_types(const struct code *code);
/* Gives `out` the types, functions and lines of all stages. */
int fuse_describe(struct code *out, const struct fuse_stage *stages,
		  struct fuse_place *places, size_t nr);

#endif
