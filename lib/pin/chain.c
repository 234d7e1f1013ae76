// SPDX-License-Identifier: LGPL-2.1-only
/*
 * chain - a generation of a chain: its stages in order, and its slots
 *
 * The kernel is the only database: a generation whose program is not attached
 * says nothing and is swept away.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>

#include "internal.h"
#include "pin.h"

#define CHAIN_MAP "xdplab_chain"

_Static_assert(sizeof(struct pin_stage) == 576, "see docs/formats.md");

/* A prog_array, if there is one: it is emptied with its last pin. */
static int pin_slots(const struct pin_home *home, uint32_t prog_id,
		     const char *name, int fd)
{
	char path[PATH_MAX];
	int err;

	if (fd < 0)
		return 0;
	err = pin_home_path(path, home, "/gen-%u/%s", prog_id, name);
	return err ? err : pin_object(fd, path);
}

int pin_chain_write(const struct pin_home *home, uint32_t prog_id,
		    const struct pin_stage *stages, size_t nr, int slots_fd,
		    int tap_fd)
{
	char path[PATH_MAX];
	int err;

	err = pin_home_make(home);
	if (!err)
		err = pin_home_path(path, home, "/gen-%u", prog_id);
	if (!err)
		err = pin_directory(path);
	if (!err)
		err = pin_slots(home, prog_id, "slots", slots_fd);
	if (!err)
		err = pin_slots(home, prog_id, "tap", tap_fd);
	if (!err)
		err = pin_home_path(path, home, "/gen-%u/chain", prog_id);
	if (!err)
		err = pin_blob_write(path, CHAIN_MAP, stages, sizeof(*stages),
				     nr);
	return err;
}

static void end_strings(struct pin_stage *stage)
{
	stage->name[sizeof(stage->name) - 1] = '\0';
	stage->section[sizeof(stage->section) - 1] = '\0';
	stage->path[sizeof(stage->path) - 1] = '\0';
	stage->licence[sizeof(stage->licence) - 1] = '\0';
}

int pin_chain_read(struct pin_stage **stages, size_t *nr,
		   const struct pin_home *home, uint32_t prog_id)
{
	char path[PATH_MAX];
	void *bytes;
	int err;

	err = pin_home_path(path, home, "/gen-%u/chain", prog_id);
	if (err)
		return err;
	err = pin_blob_read(&bytes, nr, path, CHAIN_MAP, sizeof(**stages),
			    PIN_STAGES_MAX);
	if (err == -EUCLEAN) {
		fail(err, "%s: not an xdplab chain", path);
		return advise(err, "it was not created by xdplab: use `load "
				   "--force` or `unload --all`");
	}
	if (err)
		return err == -ENOENT
			       ? err
			       : fail(err, "%s: %s", path, strerror(-err));
	*stages = bytes;
	for (size_t i = 0; i < *nr; i++)
		end_strings(*stages + i);
	return 0;
}

/* ---- chains of interfaces that were moved ---- */

struct search {
	uint32_t prog_id;
	struct pin_home found;
	bool there;
};

static bool has_generation(const struct pin_home *home, uint32_t prog_id)
{
	char path[PATH_MAX];

	return !pin_home_path(path, home, "/gen-%u/chain", prog_id) &&
	       !access(path, F_OK);
}

static int match(const struct pin_home *home, void *arg)
{
	struct search *search = arg;

	if (!search->there && has_generation(home, search->prog_id)) {
		search->found = *home;
		search->there = true;
	}
	return 0;
}

int pin_chain_find(struct pin_home *home, uint32_t prog_id)
{
	struct search search = { .prog_id = prog_id };

	if (has_generation(home, prog_id))
		return 0;
	if (pin_walk(match, &search) || !search.there)
		return -ENOENT;
	*home = search.found;
	return 0;
}
