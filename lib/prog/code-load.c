// SPDX-License-Identifier: LGPL-2.1-only
/* code-load - has the kernel verify and load code, and says why it did not */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <bpf/bpf.h>
#include <bpf/btf.h>

#include "code-load.h"
#include "code.h"
#include "internal.h"
#include "prog.h"
#include "verifier/verifier.h"

/*
 * Room for the verifier's log: untouched pages cost nothing.  Kernels before
 * 6.4 drop the end of a log that does not fit, and the reason is at the end;
 * where memory is not to be had so easily, less will mostly do.
 */
#define LOG_SIZE     (256u << 20)
#define LOG_SIZE_MIN (1u << 20)

char *code_log(size_t *size)
{
	char *log = NULL;

	for (*size = LOG_SIZE; !log && *size >= LOG_SIZE_MIN; *size /= 2)
		log = calloc(1, *size);
	*size *= 2;
	return log;
}

/* `log`, which the kernel writes to, may be NULL. */
static int load(const struct code *code, const struct code_load_opts *opts,
		char *log, size_t size) /* NOLINT */
{
	LIBBPF_OPTS(bpf_prog_load_opts, attr, .log_buf = log, .log_size = size,
		    .log_level = log ? 1 : 0, .prog_flags = opts->prog_flags,
		    .expected_attach_type = opts->attach_type,
		    .prog_ifindex = opts->ifindex);

	if (code->btf && code->nr_funcs) {
		attr.prog_btf_fd = btf__fd(code->btf);
		attr.func_info = code->funcs;
		attr.func_info_cnt = code->nr_funcs;
		attr.func_info_rec_size = sizeof(*code->funcs);
		attr.line_info = code->lines;
		attr.line_info_cnt = code->nr_lines;
		attr.line_info_rec_size = sizeof(*code->lines);
	}
	return bpf_prog_load(BPF_PROG_TYPE_XDP, opts->name, opts->licence,
			     code->insns, code->nr_insns, &attr);
}

/* A log is made by verifying once more: most programs need none. */
int code_load(const struct code *code, const struct code_load_opts *opts,
	      char **log)
{
	size_t size;
	int fd, err;

	if (log)
		*log = NULL;
	if (code->btf && code->nr_funcs && btf__fd(code->btf) < 0) {
		err = btf__load_into_kernel(code->btf);
		if (err)
			return err;
	}
	fd = load(code, opts, NULL, 0);
	if (fd >= 0 || !log || fd == -ENOMEM)
		return fd;
	*log = code_log(&size);
	if (!*log)
		return fd;
	fd = load(code, opts, *log, size);
	if (fd >= 0) { /* what was in the way has gone */
		free(*log);
		*log = NULL;
	}
	return fd;
}

/* Takes no more room than its text needs. */
static char *shrink(char *log)
{
	char *less = strdup(log);

	if (!less)
		return log;
	free(log);
	return less;
}

int code_refused(int err, const char *object, const char *what,
		 const struct code *code, char *log)
{
	struct xdplab_refusal *refusal = NULL;
	struct source_line *lines;

	if (log && !xdplab_refusal_read(&refusal, log)) {
		lines = code_lines(code);
		if (lines)
			refusal_locate(refusal, lines, code->nr_lines);
		free(lines);
		fail(err, "%s: the verifier refuses %s: %s", object, what,
		     refusal->message);
		advise(err, "%s", refusal->cure);
		error_refusal_set(refusal, shrink(log));
		return err;
	}
	free(log);
	if (err == -EPERM)
		return fail_permission(err, object, "load BPF programs");
	fail(err, "%s: %s cannot be loaded: %s", object, what, strerror(-err));
	return advise(err, "-vv shows the log of libbpf and the kernel");
}
