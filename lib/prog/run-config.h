/* SPDX-License-Identifier: LGPL-2.1-only */
/* run-config.h - what a program says of its place in a chain */
#ifndef RUN_CONFIG_H
#define RUN_CONFIG_H

#include <stdint.h>

struct btf;

struct run_config {
	uint32_t prio;
	uint32_t actions; /* mask of 1 << verdict */
};

/*
 * Reads the run configuration of function `name` from BTF, NULL if there is
 * none; what nothing is said of has its default, XDPLAB_PRIO_DEFAULT and
 * XDPLAB_ACTIONS_DEFAULT.  -EINVAL, said of `object`, for what is none.
 */
int run_config_read(struct run_config *config, const struct btf *btf,
		    const char *name, const char *object);

#endif
