// SPDX-License-Identifier: LGPL-2.1-only
/* pin-link - the pin of the link that holds an interface's program */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>

#include "internal.h"
#include "pin.h"

bool pin_link_is_dead(const char *path, uint32_t *prog_id)
{
	struct attach_link link;
	int fd = bpf_obj_get(path);
	bool dead;

	if (fd < 0)
		return false;
	dead = !attach_link_read(&link, fd) && !link.ifindex;
	if (dead)
		*prog_id = link.prog_id;
	close(fd);
	return dead;
}

int pin_link(const struct pin_home *home, int link_fd)
{
	char path[PATH_MAX];
	uint32_t prog_id;
	int err = pin_home_make(home);

	if (!err)
		err = pin_home_path(path, home, "/link");
	if (err)
		return err;
	err = bpf_obj_pin(link_fd, path);
	if (err == -EEXIST && pin_link_is_dead(path, &prog_id) && !unlink(path))
		err = bpf_obj_pin(link_fd, path);
	return err ? fail(err, "%s: %s", path, strerror(-err)) : 0;
}

bool pin_holds_link(const struct pin_home *home, int link_fd)
{
	struct attach_link link, pinned;
	char path[PATH_MAX];
	bool same;
	int fd;

	if (attach_link_read(&link, link_fd) ||
	    pin_home_path(path, home, "/link"))
		return false;
	fd = bpf_obj_get(path);
	if (fd < 0)
		return false;
	same = !attach_link_read(&pinned, fd) && pinned.id == link.id;
	close(fd);
	return same;
}
