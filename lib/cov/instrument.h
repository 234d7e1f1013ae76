/* SPDX-License-Identifier: LGPL-2.1-only */
/*
 * instrument.h - a program made to tell what it does
 *
 * Out of a program is made one that also counts its basic blocks in an array
 * map, and writes down where it redirects to.  Verdict, packet, maps and
 * everything else that it does stay what they were.
 */
#ifndef INSTRUMENT_H
#define INSTRUMENT_H

#include "prog/code.h"
#include "xdplab.h"

/* ---- blocks.c: what is run one after the other ---- */

#define BLOCK_NONE UINT32_MAX

/*
 * Instructions of which either all are run or none, and the blocks that may be
 * run next: the one after it, and the target of a jump.
 */
struct block {
	size_t first, end; /* instructions of the original code */
	uint32_t next, target;
	uint32_t ways; /* that lead to it; the beginning of a function is one */
	bool branches; /* it ends with a conditional jump */
	bool begins_function;
	/* How often it is reached, and how often it then went on with .next.
	 * From .nr on are counters of the latter alone. */
	uint32_t counter, next_counter;
};

struct blocks {
	struct block *at;
	size_t nr;
	size_t nr_counters;
};

/* -EINVAL for code that the verifier would refuse; -ENOMEM. */
int blocks_read(struct blocks *blocks, const struct code *code);
void blocks_free(struct blocks *blocks);
/* The block of that instruction. */
const struct block *blocks_find(const struct blocks *blocks, size_t insn);
/*
 * Whether a block continues with the line that the block before it in the code
 * ends with, unless it says otherwise.  Where that is not the only way into it,
 * compilers may have meant nothing by saying nothing.
 */
bool block_keeps_line(const struct blocks *blocks, uint32_t block);
/*
 * The line of an instruction, of the code's lines; its .nr_lines: unknown.
 * What has no number has the line that comes before it in its block, and a
 * conditional jump that before it in the code: compilers have lines for all
 * jumps that somebody has written, and do not repeat the last one they told.
 */
size_t blocks_line(const struct blocks *blocks, const struct code *code,
		   size_t insn);

/* How often a block went on with .next, and with .target. */
uint64_t block_went_on(const struct block *block, const uint64_t *counters);
uint64_t block_jumped(const struct block *block, const uint64_t *counters);

/* ---- instrument-live.c: registers ---- */

/* What an instruction reads and writes, as masks of 1 << register.  A call may
 * read all registers that can be arguments, though not all need to be set. */
struct insn_use {
	uint32_t reads, writes;
	bool is_call;
};

struct insn_use insn_use(const struct bpf_insn *insn);
/* For each instruction the registers that may be read before they are written
 * if it is the next to be run; to be freed.  NULL: out of memory. */
uint32_t *blocks_live(const struct blocks *blocks, const struct code *code);

/* Two registers to count with, and which of them must be put back. */
struct pair {
	uint8_t reg[2];
	bool spilled[2];
};

/* Finds them for what comes before instruction `i` of a block, by what is live
 * there; of those that are, only where that may be. */
bool pair_find(struct pair *pair, const struct code *code,
	       const struct block *block, size_t i, uint32_t live, bool spills);

/* ---- instrument.c ---- */

/* Where bpf_redirect() and bpf_redirect_map() were last told to send a packet:
 * the value of the map of `.seen_fd`, which is zero until then. */
struct redirect_seen {
	uint64_t kind;
#define REDIRECT_IFINDEX 1
#define REDIRECT_MAP	 2
	uint64_t key;	 /* an ifindex, or of the map */
	uint64_t insn;	 /* the call, in the original code */
	uint64_t map_fd; /* of one that the code names, else 0 */
};

struct instrument_opts {
	int counters_fd; /* an array of one value of .nr_counters u64; -1 */
	int seen_fd;	 /* an array of one struct redirect_seen; -1: none */
};

/*
 * Makes the code that counts.  Its BTF is that of `code`.  A counter that there
 * is no register for, nor room in the stack to save one, is left out of the
 * code.  -E2BIG if a jump does not reach its target any more; -ENOMEM, -EINVAL.
 */
int instrument(struct code *out, const struct code *code,
	       const struct blocks *blocks, const struct instrument_opts *opts);

/* ---- blocks-decided.c ---- */

/* The line at which the verdict was decided, by the counters of one packet's
 * run and the code's lines; NULL if not known. */
const struct source_line *blocks_decided(const struct blocks *blocks,
					 const struct code *code,
					 const struct source_line *lines,
					 const uint64_t *counters);

/* ---- counting.c: a program with a map of its counters ---- */

struct counting;

/*
 * Instruments `code`, which must outlive the counting, and makes the map of its
 * counters.  `seen_fd`: as above.  `name` is for failures.  Errors of
 * instrument(), and of the kernel.
 */
int counting_begin(struct counting **out, const struct code *code,
		   const char *name, int seen_fd);
/* To be loaded, or fused, in its place. */
const struct code *counting_code(const struct counting *counting);
/* Tells what program it has become, or a part of: what is not in that, since
 * the verifier saw that it is never reached, is left out of the coverage. */
int counting_loaded(struct counting *counting, int prog_fd);
/* Before each packet: what was counted goes into the sum. */
void counting_next(struct counting *counting);
/* Adds what another one of the same code has counted so far. */
void counting_add(struct counting *counting, struct counting *before);
/* The line at which it decided on the verdict of the packet since then, or NULL
 * if that is not known, or it was not run. */
const struct source_line *counting_decided(const struct counting *counting);
/* The line of the last call that it then made to change the packet's length. */
const struct source_line *counting_resized(const struct counting *counting);
/* As many as its blocks have: what was counted since then. */
const uint64_t *counting_now(const struct counting *counting);
void counting_end(struct counting *counting);

/* For lines.c. */
const struct code *counting_original(const struct counting *counting);
const struct blocks *counting_blocks(const struct counting *counting);
const struct source_line *counting_lines(const struct counting *counting);
/* Whether that is counted at all, and how often it was, over all packets. */
bool counting_has(const struct counting *counting, uint32_t counter);
const uint64_t *counting_sums(struct counting *counting);

/* ---- lines.c, coverage.c ---- */

struct coverage_line {
	struct xdplab_coverage_line shown;
	struct xdplab_coverage_way *ways; /* as it shows */
	bool counted; /* else it cannot be reached, or that is not known */
};

/* All lines of a program, each once.  -ENOMEM. */
int coverage_lines(struct coverage_line **lines, size_t *nr,
		   struct counting *counting);
void coverage_lines_free(struct coverage_line *lines, size_t nr);
/* Adds ways out of conditional jumps of a line. */
int coverage_add_ways(struct coverage_line *line,
		      const struct xdplab_coverage_way *ways, size_t nr);
/* The order of lines, by file and number. */
int coverage_compare(const char *file_a, unsigned int line_a,
		     const char *file_b, unsigned int line_b);
/* Of several programs; -ENODATA if none has lines, -ENOMEM. */
int coverage_of(struct xdplab_coverage **out, struct counting *const *countings,
		size_t nr);

#endif
