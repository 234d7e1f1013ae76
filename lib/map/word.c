// SPDX-License-Identifier: LGPL-2.1-only
/* word - values that stand for a map, a program or a device, from their names */
#include <errno.h>
#include <net/if.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>

#include "internal.h"
#include "map.h"
#include "pin/pin.h"
#include "prog/info.h"

static int read_map(uint32_t *id, const char *which)
{
	struct xdplab_map *map;
	int err = xdplab_map_open(&map, which);

	if (err)
		return err;
	*id = map->info.id;
	xdplab_map_close(map);
	return 0;
}

static int read_prog(uint32_t *id, const char *pin)
{
	struct info prog;
	int fd = bpf_obj_get(pin), err;

	if (fd < 0)
		return fail(fd, "%s: %s", pin, strerror(-fd));
	err = info_read(&prog, fd, "");
	close(fd);
	if (err)
		return fail(-EINVAL, "%s: not a pinned program", pin);
	*id = prog.id;
	return 0;
}

static int read_device(uint32_t *id, const char *ifname)
{
	*id = if_nametoindex(ifname);
	return *id ? 0 : fail(-ENODEV, "%s: no such interface", ifname);
}

/* One word that is no number, and neither a struct nor bytes. */
static bool is_name(const char *text)
{
	uint64_t number;

	return *text && !strchr("{[\"-.", *text) && !strchr(text, ' ') &&
	       strncmp(text, "0x", strlen("0x")) &&
	       !pin_read_number(text, UINT64_MAX, &number);
}

int xdplab_map_value_parse(const struct xdplab_map *map, void *value,
			   const char *text)
{
	enum map_refers refers = map->kind->refers;
	uint32_t id = 0;
	int err;

	if (!is_name(text))
		return xdplab_value_parse(map->value, value, text, NULL);
	if (refers == REFERS_MAP)
		err = read_map(&id, text);
	else if (refers == REFERS_PROG && strchr(text, '/'))
		err = read_prog(&id, text);
	else if (refers == REFERS_DEVICE)
		err = read_device(&id, text);
	else
		return xdplab_value_parse(map->value, value, text, NULL);
	if (err)
		return err;
	memset(value, 0, map->info.value_size);
	memcpy(value, &id, sizeof(id));
	return 0;
}
