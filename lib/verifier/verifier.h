/* SPDX-License-Identifier: LGPL-2.1-only */
/* verifier.h - what the files that explain refusals know of each other */
#ifndef VERIFIER_H
#define VERIFIER_H

#include <stddef.h>

#include "prog/code.h"
#include "span.h"
#include "xdplab.h"

/* ---- registers.c ---- */

/* R10, the frame pointer, is never the reason. */
#define NR_REGISTERS 10

struct registers {
	/* The value of each as in "R1=VALUE", empty if not known. */
	struct span values[NR_REGISTERS];
	unsigned int stale; /* mask: pointed into a packet that has moved */

	int frame;	       /* the function whose registers they are */
	unsigned int written;  /* mask: the instruction writes these */
	unsigned int narrowed; /* mask: it learns of these, as a jump does */
};

/* Reads "[frame1: ]R0=2 R10=fp0 fp-8=0", changes or `all` that is known. */
void registers_read(struct registers *registers, struct span text, bool all);
/* Notes what an instruction, "r1 += 4", will do to them. */
void registers_foresee(struct registers *registers, struct span effect);
/* Has it done, where the log has not said what came of it. */
void registers_settle(struct registers *registers);

/* Masks of those that a message names, "R1", and that an instruction reads,
 * "r1" or "w1". */
unsigned int registers_named(struct span message);
unsigned int registers_used(struct span insn);

/* ---- log.c ---- */

#define MAX_MESSAGES 4

/* What is known where a log, or the reading of it, ended. */
struct verifier_log {
	int insn; /* the last instruction, -1 before the first */
	struct span insn_text;
	struct span source;
	struct span file;
	int line;
	struct span messages[MAX_MESSAGES]; /* since that instruction */
	size_t nr_messages;
	struct registers registers;
	bool looks_back; /* the next line is a state of long ago */
};

/* Reads the text up to instruction `last`, or all of it if that is -1. */
void verifier_log_read(struct verifier_log *log, const char *text, int last);

/* ---- rules.c ---- */

struct verifier_rule {
	/* The verifier's words: parts in this order, joined by '*', in
	 * alternatives, joined by '|'. */
	const char *message;
	const char *insn; /* likewise of the instruction; NULL: any */
	bool stale;	  /* only if it names a pointer into a moved packet */
	bool whole;	  /* says nothing of a single instruction */
	const char *meaning;
	const char *cure;
};

/* The first rule that fits, or one without meaning and cure. */
const struct verifier_rule *verifier_rule_find(struct span message,
					       struct span insn, bool stale);

/* ---- verifier.c ---- */

/* Says by line information, in the order of instructions, what a refusal's log
 * does not: the source before 5.0, the line before 6.9, the file's path. */
int refusal_locate(struct xdplab_refusal *refusal,
		   const struct source_line *lines, size_t nr);

#endif
