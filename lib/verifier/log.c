// SPDX-License-Identifier: LGPL-2.1-only
/*
 * log - reads a verifier's log as the verifier wrote it
 *
 * A log of level 1 or 2 tells, line by line, what the verifier walked through:
 *
 *	; data += 4; @ lab.bpf.c:12		source, its place since 6.9
 *	7: (07) r1 += 4	  ; R1=pkt(off=4,r=0)	what it changed, since 5.17
 *	 R1=pkt(off=4,r=0,imm=0) R10=fp0	all registers, here and there
 *	from 3 to 9: R0=2 R10=fp0		another path, all registers
 *	R1 invalid mem access 'scalar'		the reason
 *	processed 8 insns (limit 1000000) ...
 *
 * The reason is what nothing but bookkeeping follows.  One pass keeps what is
 * known, so that at the end of the log all that matters is in hand.
 */
#include <ctype.h>
#include <string.h>

#include "internal.h"
#include "verifier.h"

/* The kernel writes no longer ones. */
#define MAX_MESSAGE 1024

/*
 * Reads "(07) r1 += 4	; R1=..." as it stands after "7: ".  Where the log of
 * a path was taken back, the next one's begins in the line of the jump that
 * leads to it: "(15) if r2 == 0x5 goto pc+2 9: R0=2 R1=...".
 */
static void read_insn(struct verifier_log *log, int insn, struct span text)
{
	struct span effect = text, opcode, said = { "", 0 };
	bool other_path = false;

	if (span_take_until(&text, ';', &effect)) {
		said = text;
	} else if (span_take_until(&text, ':', &effect)) {
		said = text;
		other_path = true;
		while (effect.length &&
		       isdigit((unsigned char)effect.at[effect.length - 1]))
			effect.length--;
	}
	log->insn = insn;
	log->insn_text = effect = span_trim(effect);
	span_take_until(&effect, ')', &opcode);
	registers_foresee(&log->registers, span_trim(effect));
	if (said.length)
		registers_read(&log->registers, said, other_path);
}

/*
 * Reads "data += 4; @ lab.bpf.c:12", or without the place on older kernels.
 * Line 0 is code of the compiler's own: the line before it says more.
 */
static void read_source(struct verifier_log *log, struct span text)
{
	struct span source, place, file, number;
	int line;

	if (span_split_last(text, '@', &source, &place) &&
	    span_split_last(place, ':', &file, &number) &&
	    span_take_number(&number, &line) && !number.length) {
		if (!line)
			return;
		log->source = span_trim(source);
		log->file = span_trim(file);
		log->line = line;
	} else if (text.length) {
		log->source = text;
		log->file.length = 0;
		log->line = 0;
	}
}

/* Whether it is "(07) r1 += 4", or what libbpf puts in its place. */
static bool is_insn(struct span text)
{
	return span_starts(text, "<") ||
	       (text.length > 3 && text.at[0] == '(' && text.at[3] == ')' &&
		isxdigit((unsigned char)text.at[1]) &&
		isxdigit((unsigned char)text.at[2]));
}

/* Whether it is "R1=..." or "frame1: ...". */
static bool is_state(struct span text)
{
	return (span_take(&text, "R") || span_take(&text, "frame")) &&
	       text.length && isdigit((unsigned char)*text.at);
}

/*
 * Reads "7: (07) r1 += 4", "7: R1=...", "7: safe", or the source of a jump
 * that is refused before the walk, "7: for (;;) @ lab.bpf.c:12"; false if it
 * is no such line.
 */
static bool read_step(struct verifier_log *log, struct span line)
{
	struct span text = line;
	int insn;

	if (!span_take_number(&text, &insn) || !span_take(&text, ":"))
		return false;
	text = span_trim(text);
	log->nr_messages = 0;
	if (is_insn(text)) {
		registers_settle(&log->registers);
		read_insn(log, insn, text);
	} else if (is_state(text)) {
		registers_settle(&log->registers);
		registers_read(&log->registers, text, false);
	} else if (!span_starts(text, "safe")) {
		log->insn = insn;
		log->insn_text.length = 0;
		read_source(log, text);
	}
	return true;
}

/* Reads "from 3 to 9: R0=2 ..."; false if it is no such line. */
static bool read_path(struct verifier_log *log, struct span line)
{
	struct span places;

	if (!span_take(&line, "from ") || !span_take_until(&line, ':', &places))
		return false;
	log->nr_messages = 0;
	registers_read(&log->registers, line, true);
	return true;
}

/* How lines begin that are neither a step of the verifier nor its reason. */
static const char *const bookkeeping[] = {
	"(",
	"Func#",
	"Live regs",
	"Validating ",
	"callee:",
	"caller:",
	"cur state:",
	"func#",
	"last_idx ",
	"mark_precise: ",
	"old state:",
	"parent ",
	"processed ",
	"propagating ",
	"regs=",
	"returning from callee:",
	"stack depth ",
	"to caller at",
	"verification time ",
};

static bool is_bookkeeping(struct span line)
{
	for (size_t i = 0; i < ARRAY_SIZE(bookkeeping); i++)
		if (span_starts(line, bookkeeping[i]))
			return true;
	return false;
}

/* Whether the next line is the state that registers had long ago. */
static bool looks_back(struct span line)
{
	return span_starts(line, "regs=") || span_starts(line, "last_idx ");
}

static void add_message(struct verifier_log *log, struct span line)
{
	if (log->nr_messages == MAX_MESSAGES)
		return;
	if (line.length > MAX_MESSAGE)
		line.length = MAX_MESSAGE;
	log->messages[log->nr_messages++] = line;
}

static void read_line(struct verifier_log *log, struct span line)
{
	bool past = log->looks_back;
	bool indented = span_starts(line, " ");

	log->looks_back = looks_back(line);
	line = span_trim(line);
	if (!line.length)
		return;
	if (indented) {
		if (!past && is_state(line))
			registers_read(&log->registers, line, true);
	} else if (span_take(&line, ";")) {
		read_source(log, span_trim(line));
	} else if (!read_step(log, line) && !read_path(log, line) &&
		   !is_bookkeeping(line)) {
		add_message(log, line);
	}
}

void verifier_log_read(struct verifier_log *log, const char *text, int last)
{
	static const struct span none = { "", 0 };

	*log = (struct verifier_log){
		.insn = -1,
		.insn_text = none,
		.source = none,
		.file = none,
	};
	for (int i = 0; i < NR_REGISTERS; i++)
		log->registers.values[i] = none;

	while (*text) {
		struct span line = { text, strchrnul(text, '\n') - text };

		read_line(log, line);
		if (last >= 0 && log->insn == last)
			return;
		text += line.length + (text[line.length] == '\n');
	}
}
