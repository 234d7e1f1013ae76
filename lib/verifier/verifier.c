// SPDX-License-Identifier: LGPL-2.1-only
/* verifier - explains why the kernel's verifier refused a program */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "internal.h"
#include "prog/code.h"
#include "verifier.h"

static char *copy(struct span text)
{
	return strndup(text.at, text.length);
}

/* Ends an open_memstream() into `text`; NULL if memory ran out on the way. */
static char *finish(FILE *stream, char **text)
{
	if (!fclose(stream))
		return *text;
	free(*text);
	return NULL;
}

/* The verifier's reason in one line; it may have been several. */
static char *join_messages(const struct verifier_log *log)
{
	char *text = NULL;
	size_t size;
	FILE *stream = open_memstream(&text, &size);

	if (!stream)
		return NULL;
	for (size_t i = 0; i < log->nr_messages; i++) {
		if (i)
			fputs("; ", stream);
		fwrite(log->messages[i].at, 1, log->messages[i].length, stream);
	}
	return finish(stream, &text);
}

/* "R1=pkt(r=0) R2=7": the registers of the mask whose state is known. */
static char *join_registers(const struct verifier_log *log, unsigned int mask)
{
	const char *between = "";
	char *text = NULL;
	size_t size;
	FILE *stream = open_memstream(&text, &size);

	if (!stream)
		return NULL;
	for (int i = 0; i < NR_REGISTERS; i++) {
		struct span value = log->registers.values[i];

		if (!(mask & 1u << i) || !value.length)
			continue;
		fprintf(stream, "%sR%d=", between, i);
		fwrite(value.at, 1, value.length, stream);
		if (log->registers.stale & 1u << i)
			fputs(" (stale)", stream);
		between = " ";
	}
	return finish(stream, &text);
}

/*
 * The instruction that the message itself points at: "unreachable insn 5",
 * "infinite loop detected at insn 5", "... alloc_insn=5"; -1 if none.
 */
static int insn_in(struct span message)
{
	const char *found;
	int number;

	while ((found = memmem(message.at, message.length, "insn", 4))) {
		message = span_skip(message, found + 4 - message.at);
		if ((span_take(&message, " ") || span_take(&message, "=")) &&
		    span_take_number(&message, &number))
			return number;
	}
	return -1;
}

/* Goes back to where the log was at an instruction, if it was there. */
static void go_back(struct verifier_log *log, const char *text, int insn)
{
	verifier_log_read(log, text, insn);
	if (log->insn != insn) {
		verifier_log_read(log, "", -1);
		log->insn = insn;
	}
}

/* Fills in all but the message; `log` is where the reason was met. */
static int explain(struct xdplab_refusal *refusal, struct verifier_log *log,
		   const char *text)
{
	struct span message = { refusal->message, strlen(refusal->message) };
	unsigned int named = registers_named(message);
	int insn = insn_in(message);
	const struct verifier_rule *rule;

	if (insn >= 0 && insn != log->insn)
		go_back(log, text, insn);
	rule = verifier_rule_find(message, log->insn_text,
				  named & log->registers.stale);
	if (rule->whole)
		verifier_log_read(log, "", -1);
	named |= registers_used(log->insn_text);

	refusal->meaning = rule->meaning;
	refusal->cure = rule->cure;
	refusal->line = log->line;
	refusal->insn = log->insn;
	refusal->file = copy(log->file);
	refusal->source = copy(log->source);
	refusal->insn_text = copy(log->insn_text);
	refusal->registers = join_registers(log, named);
	if (!refusal->file || !refusal->source || !refusal->insn_text ||
	    !refusal->registers)
		return -ENOMEM;
	return 0;
}

int xdplab_refusal_read(struct xdplab_refusal **out, const char *log)
{
	struct xdplab_refusal *refusal;
	struct verifier_log state;

	verifier_log_read(&state, log, -1);
	if (!state.nr_messages)
		return fail(-ENODATA, "verifier log: no rejection found");
	refusal = calloc(1, sizeof(*refusal));
	if (!refusal)
		goto out;
	refusal->message = join_messages(&state);
	if (!refusal->message || explain(refusal, &state, log))
		goto out;
	*out = refusal;
	return 0;
out:
	xdplab_refusal_free(refusal);
	return fail(-ENOMEM, "verifier log: %s", strerror(ENOMEM));
}

/* The last line at or before the instruction; 0 is code of the compiler's. */
static const struct source_line *
line_of(int insn, const struct source_line *lines, size_t nr)
{
	const struct source_line *found = NULL;

	for (size_t i = 0; i < nr && lines[i].insn_off <= (uint32_t)insn; i++)
		if (lines[i].line)
			found = &lines[i];
	return found;
}

/* Gives a string of the refusal another value, without its indentation. */
static int replace(const char **text, const char *with)
{
	char *value = strdup(with + strspn(with, " \t"));

	if (!value)
		return fail(-ENOMEM, "verifier log: %s", strerror(ENOMEM));
	free((char *)*text);
	*text = value;
	return 0;
}

int refusal_locate(struct xdplab_refusal *refusal,
		   const struct source_line *lines, size_t nr)
{
	const struct source_line *line;
	int err = 0;

	if (refusal->insn < 0)
		return 0;
	line = line_of(refusal->insn, lines, nr);
	if (!line)
		return 0;
	if (line->file)
		err = replace(&refusal->file, line->file);
	if (!err && line->text && !*refusal->source)
		err = replace(&refusal->source, line->text);
	if (!err)
		refusal->line = line->line;
	return err;
}
