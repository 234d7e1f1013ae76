/* SPDX-License-Identifier: LGPL-2.1-only */
/*
 * internal.h - what every file of the library knows: options, and failures
 *
 * Here as in the public header: 0 or -errno, results through pointers that
 * stay untouched on failure.  A function that returns an error it met itself
 * has said why with fail(); one that passes an error on adds nothing.
 */
#ifndef INTERNAL_H
#define INTERNAL_H

#include <errno.h>
#include <stddef.h>
#include <linux/bpf.h>

#include "xdplab.h"

/* Linux 5.18 and 6.3. */
#ifndef BPF_F_XDP_HAS_FRAGS
#define BPF_F_XDP_HAS_FRAGS (1U << 5)
#endif
#ifndef BPF_F_XDP_DEV_BOUND_ONLY
#define BPF_F_XDP_DEV_BOUND_ONLY (1U << 6)
#endif

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

/* The member of an option struct, or 0 if the caller's does not reach it. */
#define OPT(opts, member)                                                      \
	((opts) && (opts)->sz >= offsetof(__typeof__(*(opts)), member) +       \
					 sizeof((opts)->member)                \
		 ? (opts)->member                                              \
		 : (__typeof__((opts)->member))0)

/* For callers who forgot what .sz is for: their options would be ignored. */
#define OPTS_DEFECT(opts)                                                      \
	((opts) && !(opts)->sz ? fail(-EINVAL,                                 \
				      "%s(): .sz of its options is "           \
				      "not set",                               \
				      __func__)                                \
			       : 0)

/* ---- error.c ---- */

/* Keeps "OBJECT: reason" for xdplab_error(), forgets the remedy, returns err. */
int fail(int err, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* Keeps what to do about the failure just said; returns err. */
int advise(int err, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
#define ERROR_LINE_SIZE 1024
/* Takes over the refusal, and the verifier's log, that the failure just said
 * is about; the next fail() drops them. */
void error_refusal_set(struct xdplab_refusal *refusal, char *log);
/* Hands both over to the caller; NULL if there are none. */
void error_refusal_take(struct xdplab_refusal **refusal, char **log);
/* The same for two layouts that differ. */
struct layout;
void error_layout_set(struct layout *layout);
struct layout *error_layout_take(void);
struct error {
	char error[ERROR_LINE_SIZE], remedy[ERROR_LINE_SIZE];
	struct xdplab_refusal *refusal;
	char *log;
	struct layout *layout;
};
/* What was said last, kept while cleaning up may say other things; to be
 * restored, or else it leaks. */
void error_keep(struct error *kept);
void error_restore(const struct error *kept);
/* fail() for a call that the caller's rights did not allow; returns err. */
int fail_permission(int err, const char *object, const char *what);
/* From here on what libbpf says, in the whole process, goes to our log. */
void take_libbpf_log(void);
void note(enum xdplab_log_level level, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

#endif
