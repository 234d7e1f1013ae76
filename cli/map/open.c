// SPDX-License-Identifier: GPL-2.0-only
/* open - the map that a command of xdplab map names */
#include "map.h"

const char *map_operand(const struct args *args, int index)
{
	return args_operand(args, 1 + index);
}

int map_open(const struct args *args, struct xdplab_map **map)
{
	int err = xdplab_map_open(map, map_operand(args, 0));

	return err ? say_failure(args, err) : EXIT_DONE;
}

int map_open_entries(const struct args *args, struct xdplab_map **map)
{
	struct xdplab_map *opened;
	int status = map_open(args, &opened), err;

	if (status)
		return status;
	err = xdplab_map_can_read(opened);
	if (err) {
		xdplab_map_close(opened);
		return say_failure(args, err);
	}
	*map = opened;
	return EXIT_DONE;
}
