// SPDX-License-Identifier: LGPL-2.1-only
/* link - the pin of the link that holds an interface's program */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>

#include "internal.h"
#include "net/attach.h"
#include "pin.h"

bool pin_link_is_dead(const char *path)
{
	struct attach_link link;
	int fd = bpf_obj_get(path);
	bool dead;

	if (fd < 0)
		return false;
	dead = !attach_link_read(&link, fd) && !link.ifindex;
	close(fd);
	return dead;
}

int pin_link(const struct pin_home *home, const char *name, int link_fd)
{
	char path[PATH_MAX];
	int err = pin_home_make(home);

	if (!err)
		err = pin_home_path(path, home, "/%s", name);
	if (err)
		return err;
	err = bpf_obj_pin(link_fd, path);
	if (err == -EEXIST && pin_link_is_dead(path) && !unlink(path))
		err = bpf_obj_pin(link_fd, path);
	return err ? fail(err, "%s: %s", path, strerror(-err)) : 0;
}

static bool holds(const struct pin_home *home, const char *name, uint32_t id)
{
	struct attach_link link;
	char path[PATH_MAX];
	bool same;
	int fd;

	if (pin_home_path(path, home, "/%s", name))
		return false;
	fd = bpf_obj_get(path);
	if (fd < 0)
		return false;
	same = !attach_link_read(&link, fd) && link.id == id;
	close(fd);
	return same;
}

bool pin_holds_link(const struct pin_home *home, int link_fd)
{
	struct attach_link link;

	return !attach_link_read(&link, link_fd) &&
	       (holds(home, PIN_OWN_LINK, link.id) ||
		holds(home, PIN_FOREIGN_LINK, link.id));
}
