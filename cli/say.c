// SPDX-License-Identifier: GPL-2.0-only
/* say - failures, remedies and notes on stderr, a line each */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

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

void say(const struct args *args, const char *fmt, ...)
{
	char text[2048];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	say_line(args, text);
}

int say_usage(const struct args *args, const char *fmt, ...)
{
	char text[2048];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	say_line(args, text);
	fprintf(stderr, "  `%s %s --help` shows how it is used\n",
		args->program->name, args->cmd->name);
	return EXIT_USAGE;
}

int say_failure(const struct args *args, int err)
{
	char remedy[2048];

	say_line(args, xdplab_error());
	out_clean(remedy, sizeof(remedy), xdplab_remedy());
	if (*remedy)
		fprintf(stderr, "  %s\n", remedy);

	switch (err) {
	case -EPERM:
		return EXIT_PERMISSION;
	case -EOPNOTSUPP:
		return EXIT_UNSUPPORTED;
	default:
		return EXIT_FAILED;
	}
}
