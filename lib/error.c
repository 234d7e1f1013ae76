// SPDX-License-Identifier: LGPL-2.1-only
/* error - the last failure in words, and the log */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <bpf/libbpf.h>

#include "internal.h"

#define LINE_SIZE ERROR_LINE_SIZE

static _Thread_local char last_error[LINE_SIZE];
static _Thread_local char last_remedy[LINE_SIZE];

static xdplab_log_fn log_fn;
static void *log_arg;

const char *xdplab_version(void)
{
	return XDPLAB_VERSION;
}

#define TEXT(number)	     #number
#define DOTTED(major, minor) TEXT(major) "." TEXT(minor)

void xdplab_libbpf_versions(const char **running, const char **built)
{
	*running = libbpf_version_string() + strlen("v");
	*built = DOTTED(LIBBPF_MAJOR_VERSION, LIBBPF_MINOR_VERSION);
}

const char *xdplab_error(void)
{
	return last_error;
}

const char *xdplab_remedy(void)
{
	return last_remedy;
}

int fail(int err, const char *fmt, ...)
{
	char line[LINE_SIZE]; /* arguments may point into last_error */
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(line, sizeof(line), fmt, ap);
	va_end(ap);
	memcpy(last_error, line, sizeof(line));
	last_remedy[0] = '\0';
	error_refusal_set(NULL, NULL);
	error_layout_set(NULL);
	return err;
}

int advise(int err, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(last_remedy, sizeof(last_remedy), fmt, ap);
	va_end(ap);
	return err;
}

void error_keep(struct error *kept)
{
	memcpy(kept->error, last_error, sizeof(kept->error));
	memcpy(kept->remedy, last_remedy, sizeof(kept->remedy));
	error_refusal_take(&kept->refusal, &kept->log);
	kept->layout = error_layout_take();
}

void error_restore(const struct error *kept)
{
	error_refusal_set(kept->refusal, kept->log);
	error_layout_set(kept->layout);
	memcpy(last_error, kept->error, sizeof(kept->error));
	memcpy(last_remedy, kept->remedy, sizeof(kept->remedy));
}

int fail_permission(int err, const char *object, const char *what)
{
	fail(err, "%s: not permitted to %s", object, what);
	return advise(err, "run as root or with CAP_BPF, CAP_NET_ADMIN and "
			   "CAP_SYS_ADMIN, see `xdplab doctor`");
}

static void log_line(enum xdplab_log_level level, const char *fmt, va_list ap)
{
	char line[LINE_SIZE];

	if (!log_fn)
		return;
	vsnprintf(line, sizeof(line), fmt, ap);
	line[strcspn(line, "\n")] = '\0';
	log_fn(level, line, log_arg);
}

void note(enum xdplab_log_level level, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	log_line(level, fmt, ap);
	va_end(ap);
}

/* libbpf warns of what we report as errors ourselves: all of it is debug. */
static int log_libbpf(enum libbpf_print_level level, const char *fmt,
		      va_list ap)
{
	(void)level;
	log_line(XDPLAB_LOG_DEBUG, fmt, ap);
	return 0;
}

void take_libbpf_log(void)
{
	libbpf_set_print(log_libbpf);
}

void xdplab_log_set(xdplab_log_fn fn, void *arg)
{
	log_arg = arg;
	log_fn = fn;
}
