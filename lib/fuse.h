/* SPDX-License-Identifier: LGPL-2.1-only */
/*
 * fuse.h - several programs in, one out
 *
 * A pure function of its arguments: it asks nothing of the kernel.
 */
#ifndef FUSE_H
#define FUSE_H

#include "code.h"

struct fuse_stage {
	const struct code *code;
	const char *name;
	uint32_t actions; /* mask of 1 << verdict after which to go on */

	/* What became of it. */
	const char *called; /* why it is called instead of inlined, or NULL */
	size_t start, end;  /* its main function's instructions in the result */
};

/* Where the chain counts: the one value of an array map, a row for each CPU,
 * and in it FUSE_VERDICTS counters of 64 bits for each stage. */
struct fuse_counts {
	int map_fd;
	uint32_t rows;	   /* a power of two, no less than there are CPUs */
	uint32_t row_size; /* bytes, a power of two */
};

#define FUSE_VERDICTS 5 /* XDP_ABORTED to XDP_REDIRECT */

/*
 * Makes one program of `nr` stages, 1 or more, in their order.  The verdict of
 * the chain is that of the first stage after whose verdict it does not go on,
 * or else the last one's.  `counts` NULL: it does not count.  The result's BTF
 * is the caller's to free.  -ENOMEM, -EINVAL.
 */
int fuse(struct code *out, struct fuse_stage *stages, size_t nr,
	 const struct fuse_counts *counts);

/* ---- between fuse.c and fuse-btf.c ---- */

/* Where a stage's code went. */
struct fuse_place {
	size_t length;	/* of its main function */
	size_t main;	/* where that is in the result, or the call of it */
	size_t behind;	/* where its subprograms are; if called, all of it */
	size_t skip;	/* how much of it is not there */
	uint32_t types; /* added to its type ids */
};

/* Gives `out` the types, functions and lines of all stages, or none. */
int fuse_describe(struct code *out, const struct fuse_stage *stages,
		  struct fuse_place *places, size_t nr);

#endif
