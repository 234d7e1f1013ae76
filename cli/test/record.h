/* SPDX-License-Identifier: GPL-2.0-only */
/* record.h - xdplab test --record */
#ifndef CLI_TEST_RECORD_H
#define CLI_TEST_RECORD_H

#include <stdio.h>

#include <xdplab.h>

#include "cmd.h"

/*
 * Writes a test file, the operand or stdout, of what the program on an
 * interface does to the packets that come, until there are as many as --count
 * says, --timeout seconds are over, or SIGINT.  An exit status.
 */
int test_record(const struct args *args, const char *ifname);

/* record-state.c: appends, as the notation has it, the programs of an
 * interface, their constants, and what is in their maps. */
int record_programs(struct xdplab_text *text,
		    const struct xdplab_attached *attached,
		    const char *program);
int record_constants(struct xdplab_text *text,
		     const struct xdplab_attached *attached);
int record_maps(struct xdplab_text *text,
		const struct xdplab_attached *attached);
/* Appends as printf() has it. */
void record_add(struct xdplab_text *text, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

#endif
