/* SPDX-License-Identifier: LGPL-2.1-only */
/* info.h - what the kernel knows of a program */
#ifndef INFO_H
#define INFO_H

#include <stdbool.h>
#include <stdint.h>

#define INFO_MAX_MAPS 64 /* MAX_USED_MAPS, the kernel's limit for a program */

/* What the kernel knows of a program. */
struct info {
	uint32_t id;
	char name[128];
	char tag[17];
	uint32_t map_ids[INFO_MAX_MAPS];
	uint32_t nr_map_ids;
	uint64_t loaded_at; /* seconds since 1970 */
	uint32_t uid;
	bool jited;
	uint64_t run_cnt, run_time_ns;
};

/*
 * Reads it from the program `fd`; the kernel's error, without fail().  A name
 * that may have been cut at 15 characters is looked up in the program's BTF,
 * unless `known_name` is its full name.
 */
int info_read(struct info *info, int fd, const char *known_name);
/* The same by id. */
int info_read_id(struct info *info, uint32_t id);

#endif
