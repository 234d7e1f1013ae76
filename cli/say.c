// SPDX-License-Identifier: GPL-2.0-only
/* say - failures, remedies and notes on stderr, a line each */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <xdplab.h>

#include "cmd.h"
#include "out.h"

static void say_line(const struct args *args, const char *text)
{
	char clean[2048];

	out_clean(clean, sizeof(clean), text);
	fprintf(stderr, "%s %s: %s\n", args->program->name, args->cmd->name,
		clean);
}

static void say_words(const struct args *args, const char *fmt, va_list ap)
{
	char text[2048];

	vsnprintf(text, sizeof(text), fmt, ap);
	say_line(args, text);
}

void say(const struct args *args, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say_words(args, fmt, ap);
	va_end(ap);
}

int say_usage(const struct args *args, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say_words(args, fmt, ap);
	va_end(ap);
	fprintf(stderr, "  see `%s %s --help`\n", args->program->name,
		args->cmd->name);
	return EXIT_USAGE;
}

static void say_detail(const char *label, const char *text)
{
	char clean[2048];

	out_clean(clean, sizeof(clean), text);
	if (!*clean)
		return;
	fprintf(stderr, "  %-9s ", label);
	out_wrap(stderr, 12, clean);
}

/* A compiler's form of a place, FILE:LINE, which editors can follow. */
static void say_place(const struct xdplab_refusal *refusal)
{
	char place[1024];

	if (*refusal->file && refusal->line)
		snprintf(place, sizeof(place), "%s:%u: %s", refusal->file,
			 refusal->line, refusal->source);
	else
		snprintf(place, sizeof(place), "%s", refusal->source);
	say_detail("at", place);
	if (refusal->insn >= 0) {
		snprintf(place, sizeof(place), "%d%s%s", refusal->insn,
			 *refusal->insn_text ? ": " : "", refusal->insn_text);
		say_detail("insn", place);
	}
}

static void say_log(const char *log)
{
	char line[2048];

	while (*log) {
		size_t length = strcspn(log, "\n");

		snprintf(line, sizeof(line), "%.*s", (int)length, log);
		out_clean(line, sizeof(line), line);
		fprintf(stderr, "  | %s\n", line);
		log += length + (log[length] == '\n');
	}
}

/* Where and why the verifier refused, and with -v its whole log. */
static void say_refusal(const struct args *args,
			const struct xdplab_refusal *refusal)
{
	say_place(refusal);
	say_detail("registers", refusal->registers);
	say_detail("means", refusal->meaning);
	say_detail("try", refusal->cure);
	if (args_count(args, "verbose"))
		say_log(xdplab_error_log());
	else
		fputs("  -v shows the full verifier log\n", stderr);
}

/* ---- two layouts, side by side ---- */

static size_t width(const char *text, size_t so_far)
{
	size_t length = strlen(text);

	return length > so_far ? length : so_far;
}

static void say_cells(char mark, const char *what, int what_width,
		      const char *there, int there_width, const char *wanted)
{
	char line[1024];

	snprintf(line, sizeof(line), "  %c %-*s  %-*s  %s", mark, what_width,
		 what, there_width, there, wanted);
	out_clean(line, sizeof(line), line);
	fprintf(stderr, "%s\n", line);
}

static void say_layout(const struct xdplab_layout_row *rows, size_t nr)
{
	size_t what = 0, there = strlen("there");

	for (size_t i = 0; i < nr; i++) {
		what = width(rows[i].what, what);
		there = width(rows[i].there, there);
	}
	say_cells(' ', "", what, "there", there, "wanted");
	for (size_t i = 0; i < nr; i++)
		say_cells(rows[i].differs ? '*' : ' ', rows[i].what, what,
			  rows[i].there, there, rows[i].wanted);
}

static void say_remedy(void)
{
	char remedy[2048];

	out_clean(remedy, sizeof(remedy), xdplab_remedy());
	if (*remedy)
		fprintf(stderr, "  %s\n", remedy);
}

int say_failure(const struct args *args, int err)
{
	const struct xdplab_refusal *refusal = xdplab_error_refusal();
	const struct xdplab_layout_row *rows;
	size_t nr;

	say_line(args, xdplab_error());
	if (refusal) {
		say_refusal(args, refusal);
		return EXIT_FAILED;
	}
	rows = xdplab_error_layout(&nr);
	if (rows)
		say_layout(rows, nr);
	say_remedy();
	switch (err) {
	case -EPERM:
		return EXIT_PERMISSION;
	case -EOPNOTSUPP:
		return EXIT_UNSUPPORTED;
	default:
		return EXIT_FAILED;
	}
}
