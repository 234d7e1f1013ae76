/* SPDX-License-Identifier: GPL-2.0-only */
/* fuzz.h - xdplab test --fuzz */
#ifndef CLI_TEST_FUZZ_H
#define CLI_TEST_FUZZ_H

#include "cmd.h"

/*
 * Looks for packets that the programs of the operands do not take well, and
 * writes a test file of those that it finds.  An exit status, EXIT_NO if
 * there are any.
 */
int test_fuzz(const struct args *args);

#endif
