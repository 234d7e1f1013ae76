// SPDX-License-Identifier: LGPL-2.1-only
/*
 * registers - follows what a log says of the registers
 *
 * A log names the registers that an instruction changed, or all of them, or,
 * before 5.18, often none: what is not said to hold any more is not kept.
 */
#include <ctype.h>
#include <string.h>

#include "verifier.h"

#define ALL_REGISTERS  ((1u << NR_REGISTERS) - 1)
#define CALL_REGISTERS 0x3fu /* a call leaves only r6 to r9 as they were */

static void forget(struct registers *registers, unsigned int mask)
{
	for (int i = 0; i < NR_REGISTERS; i++)
		if (mask & 1u << i)
			registers->values[i].length = 0;
}

/*
 * A jump may teach the verifier more of a register than it logs: how far the
 * packet reaches for every pointer into it, that no copy of a pointer is NULL,
 * the range of each copy of a number.  Only the kind stays certain.
 */
static void keep_kind(struct span *value)
{
	struct span rest = *value, kind = *value;

	span_take_until(&rest, '(', &kind);
	if (memmem(kind.at, kind.length, "or_null", strlen("or_null")))
		value->length = 0;
	else if (span_starts(kind, "pkt") || span_starts(kind, "scalar") ||
		 span_starts(kind, "inv"))
		*value = kind;
}

void registers_settle(struct registers *registers)
{
	forget(registers, registers->written);
	registers->stale &= ~registers->written;
	for (int i = 0; i < NR_REGISTERS; i++)
		if (registers->narrowed & 1u << i)
			keep_kind(&registers->values[i]);
	registers->written = registers->narrowed = 0;
}

/* Reads "R1_w=VALUE"; a word that is none, as "fp-8=0", is left alone. */
static void read_register(struct registers *registers, struct span value)
{
	struct span name;
	int number;

	if (!span_take_until(&value, '=', &name) || !span_take(&name, "R") ||
	    !span_take_number(&name, &number) || number >= NR_REGISTERS)
		return;
	registers->values[number] = value;
	registers->written &= ~(1u << number);
	registers->narrowed &= ~(1u << number);
	/* Of a packet that moved, other paths say but that it is a number. */
	if (!span_starts(value, "scalar()") && !span_starts(value, "inv(id=0)"))
		registers->stale &= ~(1u << number);
}

void registers_read(struct registers *registers, struct span text, bool all)
{
	int frame = 0;

	text = span_trim(text);
	if (span_take(&text, "frame") &&
	    (!span_take_number(&text, &frame) || !span_take(&text, ":")))
		return;
	if (all || frame != registers->frame) {
		forget(registers, ALL_REGISTERS);
		registers->written = registers->narrowed = 0;
	}
	registers->frame = frame;
	text = span_trim(text);
	while (text.length)
		read_register(registers, span_take_word(&text));
}

/* The register whose letter is at `index`, or -1 if it is none. */
static int register_at(struct span text, size_t index)
{
	struct span rest = span_skip(text, index + 1);
	int number;

	if (index && (isalnum((unsigned char)text.at[index - 1]) ||
		      text.at[index - 1] == '_'))
		return -1;
	if (!span_take_number(&rest, &number) || number >= NR_REGISTERS)
		return -1;
	return number;
}

/* A mask of the registers that are named by one of the letters. */
static unsigned int registers_in(struct span text, const char *letters)
{
	unsigned int mask = 0;

	for (size_t i = 0; i < text.length; i++) {
		int number = -1;

		if (strchr(letters, text.at[i]))
			number = register_at(text, i);
		if (number >= 0)
			mask |= 1u << number;
	}
	return mask;
}

unsigned int registers_named(struct span message)
{
	return registers_in(message, "R");
}

unsigned int registers_used(struct span insn)
{
	struct span rest = insn, opcode, target;

	span_take_until(&rest, ')', &opcode);
	rest = span_trim(rest);
	target = span_take_word(&rest);
	/* "r1 = ..." does not read r1, "r1 += ..." does. */
	if (!span_starts(target, "*") && span_take(&rest, "= "))
		return registers_in(rest, "rw");
	return registers_in(insn, "rw");
}

static unsigned int packet_pointers(const struct registers *registers)
{
	unsigned int mask = 0;

	for (int i = 0; i < NR_REGISTERS; i++)
		if (span_starts(registers->values[i], "pkt"))
			mask |= 1u << i;
	return mask;
}

void registers_foresee(struct registers *registers, struct span effect)
{
	if (span_starts(effect, "call")) {
		registers->written = CALL_REGISTERS;
		if (span_starts(effect, "call bpf_xdp_adjust_"))
			registers->stale |= packet_pointers(registers);
	} else if (span_starts(effect, "if")) {
		registers->narrowed = ALL_REGISTERS;
	} else if (span_starts(effect, "r") || span_starts(effect, "w")) {
		registers->written =
			registers_in(span_take_word(&effect), "rw");
	}
}
