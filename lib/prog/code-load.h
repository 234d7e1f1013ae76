/* SPDX-License-Identifier: LGPL-2.1-only */
/* code-load.h - has the kernel verify and load code */
#ifndef CODE_LOAD_H
#define CODE_LOAD_H

#include "code.h"
#include "prog.h"

struct code_load_opts {
	const char *name;
	const char *licence;
	uint32_t prog_flags;
	uint32_t attach_type; /* BPF_XDP; 0, as iproute2 has it */
	uint32_t ifindex;     /* to bind it to, with BPF_F_XDP_DEV_BOUND_ONLY */
};

/* Room for the verifier's words, to be freed; NULL: out of memory. */
char *code_log(size_t *size);

/*
 * Loads it as an XDP program, and its BTF if that is not loaded.  A descriptor,
 * or the kernel's error, without fail().  `log`, if not NULL, gets the
 * verifier's words on a failure, to be freed, or NULL.
 */
int code_load(const struct code *code, const struct code_load_opts *opts,
	      char **log);

/*
 * Says why "OBJECT: ... WHAT" was not loaded: from `log`, which is taken over,
 * by the lines of `code`.  Returns err.
 */
int code_refused(int err, const char *object, const char *what,
		 const struct code *code, char *log);

#endif
