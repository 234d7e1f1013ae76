/* SPDX-License-Identifier: LGPL-2.1-only */
/*
 * instrument.h - a program made to tell what it does
 *
 * Pure functions of their arguments, as fuse.h's: a program in, and out the same
 * program which also counts its basic blocks in an array map and writes down
 * where it redirects to.  Verdict, packet, maps and everything else that it
 * does stay what they were.
 */
#ifndef INSTRUMENT_H
#define INSTRUMENT_H

#include "code.h"

/*
 * Instructions that are run one after the other, and the blocks that may be run
 * next: the one behind it, and the target of a jump.
 */
struct block {
	size_t first, end;     /* instructions of the original code */
	size_t function;       /* its number, of code_functions() */
	uint32_t next, target; /* blocks; BLOCK_NONE */
	bool branches;	       /* it ends with a conditional jump */
	/* Ways out of a conditional jump have counters of their own, since what
	 * they lead to can be reached otherwise, too. */
	uint32_t counter, next_counter, target_counter;
};

#define BLOCK_NONE UINT32_MAX

struct blocks {
	struct block *at;
	size_t nr;
	size_t nr_counters;
};

int blocks_read(struct blocks *blocks, const struct code *code);
void blocks_free(struct blocks *blocks);

/* Where bpf_redirect() and bpf_redirect_map() were told to send a packet: the
 * value of the map of `.seen_fd`, and what is zero unless it was. */
struct redirect_seen {
	uint64_t kind; /* 0: none; 1: .key is an ifindex; 2: of a map */
	uint64_t key;
	uint64_t insn; /* of the call, in the original code: its map is known */
	uint64_t map_fd; /* where the map is a constant of the code, else 0 */
};

struct instrument_opts {
	int counters_fd; /* an array of one value of .nr_counters u64; -1 */
	size_t base;	 /* the first counter that is this program's */
	int seen_fd;	 /* an array of one struct redirect_seen; -1: none */
};

/* -E2BIG if a jump does not reach its target any more. */
int instrument(struct code *out, const struct code *code,
	       const struct blocks *blocks, const struct instrument_opts *opts);

/* The line at which the verdict was decided, by the counters of one packet's
 * run; NULL if not known. */
const struct source_line *blocks_decided(const struct blocks *blocks,
					 const struct code *code,
					 const struct source_line *lines,
					 const uint64_t *counters);

#endif
