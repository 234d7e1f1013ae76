// SPDX-License-Identifier: LGPL-2.1-only
/* map - a map of the kernel's, by id or pin */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <linux/magic.h>

#include "internal.h"
#include "map.h"
#include "pin/pin.h"
#include "value/value.h"

/* ---- what it is ---- */

/* libbpf 1.1 has no name for the types of later kernels. */
const char *xdplab_map_type_name(uint32_t type)
{
	static _Thread_local char unknown[24];
	const char *name = libbpf_bpf_map_type_str(type);

	if (name)
		return name;
	snprintf(unknown, sizeof(unknown), "type %u", type);
	return unknown;
}

/* The kernel tells that it is frozen by /proc alone. */
static bool is_frozen(int fd)
{
	char path[40], line[80];
	unsigned int frozen = 0;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", fd);
	file = fopen(path, "re");
	if (!file)
		return false;
	while (fgets(line, sizeof(line), file) &&
	       sscanf(line, "frozen: %u", &frozen) != 1)
		;
	fclose(file);
	return frozen;
}

int map_info_read(struct xdplab_map_info *info, char *name, int fd)
{
	struct bpf_map_info raw = { 0 };
	__u32 size = sizeof(raw);
	int err = bpf_obj_get_info_by_fd(fd, &raw, &size);

	if (err)
		return err;
	snprintf(name, BPF_OBJ_NAME_LEN, "%s", raw.name);
	*info = (struct xdplab_map_info){
		.id = raw.id,
		.name = name,
		.type = raw.type,
		.key_size = raw.key_size,
		.value_size = raw.value_size,
		.max_entries = raw.max_entries,
		.flags = raw.map_flags,
		.per_cpu = map_kind(raw.type)->per_cpu,
		.btf_id = raw.btf_id,
	};
	return 0;
}

int map_fail(const struct xdplab_map *map, int err, const char *what)
{
	if (err == -EPERM && map->info.frozen) {
		fail(err, "map %s (id %u) is frozen: cannot %s", map->name,
		     map->info.id, what);
		return err;
	}
	if (err == -EPERM || err == -EACCES)
		return fail_permission(err, map->name, what);
	if (err == -EOPNOTSUPP || err == -NOT_SUPPORTED)
		return fail(-EOPNOTSUPP, "map %s (id %u): cannot %s of %s maps",
			    map->name, map->info.id, what,
			    xdplab_map_type_name(map->info.type));
	return fail(err, "map %s (id %u): cannot %s: %s", map->name,
		    map->info.id, what, strerror(-err));
}

int map_no_memory(const struct xdplab_map *map)
{
	return fail(-ENOMEM, "map %s (id %u): out of memory", map->name,
		    map->info.id);
}

/* ---- open ---- */

static void lay_out(struct xdplab_map *map)
{
	int cpus = map->info.per_cpu ? libbpf_num_possible_cpus() : 0;

	map->nr_values = 1;
	map->stride = map->info.value_size;
	if (cpus > 0) {
		map->nr_values = cpus;
		map->stride = (map->info.value_size + 7) & ~(size_t)7;
	}
}

static int read_types(struct xdplab_map *map)
{
	struct bpf_map_info raw = { 0 };
	__u32 size = sizeof(raw);
	struct btf *btf;
	int err = bpf_obj_get_info_by_fd(map->fd, &raw, &size);

	if (err)
		return err;
	btf = raw.btf_id ? btf__load_from_kernel_by_id(raw.btf_id) : NULL;
	err = map_types_make(map, btf, raw.btf_key_type_id,
			     raw.btf_value_type_id);
	btf__free(btf);
	return err;
}

/* What is known of a program the kernel gives out for a map's, too. */
static int check_kind(int fd, const char *which)
{
	static const char *const kinds[] = {
		[PIN_PROG] = "a program, not a map",
		[PIN_LINK] = "a link, not a map",
	};
	enum pin_kind kind = PIN_MAP;
	uint32_t id;
	int err = pin_identify(fd, &kind, &id);

	if (!err && kind == PIN_MAP)
		return 0;
	return fail(-EINVAL, "%s: is %s", which,
		    err ? "not a map" : kinds[kind]);
}

static int read_map(struct xdplab_map *map)
{
	int err = map_info_read(&map->info, map->name, map->fd);

	if (err)
		return err;
	map->info.frozen = is_frozen(map->fd);
	lay_out(map);
	err = read_types(map);
	if (!err)
		map_find_fields(map);
	return err;
}

/* Takes the descriptor over. */
static int open_fd(struct xdplab_map **out, int fd, const char *which)
{
	struct xdplab_map *map = NULL;
	int err = check_kind(fd, which);

	if (!err)
		map = calloc(1, sizeof(*map));
	if (!map) {
		close(fd);
		return err ? err : fail(-ENOMEM, "%s: out of memory", which);
	}
	map->fd = fd;
	err = read_map(map);
	if (err) {
		xdplab_map_close(map);
		return fail(err, "%s: %s", which, strerror(-err));
	}
	*out = map;
	return 0;
}

int map_open_id(struct xdplab_map **out, uint32_t id, const char *which)
{
	int fd = bpf_map_get_fd_by_id(id);

	if (fd >= 0)
		return open_fd(out, fd, which);
	if (fd == -EPERM)
		return fail_permission(fd, which, "open maps by id");
	fail(fd, "%s: %s", which,
	     fd == -ENOENT ? "no such map id" : strerror(-fd));
	return advise(fd, "see `xdplab map`");
}

/* The kernel says of any other file what it says of one that may not be read. */
static int not_opened(const char *path, int err)
{
	struct statfs fs;
	struct stat st;

	if (err == -ENOENT || err == -ENOTDIR)
		return fail(err, "%s: no such pin", path);
	if (!stat(path, &st) && S_ISDIR(st.st_mode)) {
		fail(-EISDIR, "%s: is a directory, not a pin", path);
		return advise(-EISDIR, "see `xdplab map`");
	}
	if (statfs(path, &fs) || fs.f_type == BPF_FS_MAGIC)
		return err == -EACCES || err == -EPERM
			       ? fail_permission(-EPERM, path, "open it")
			       : fail(err, "%s: %s", path, strerror(-err));
	fail(-EINVAL, "%s: is not a pin: not in a bpffs", path);
	return advise(-EINVAL, "use a map's name, id or pinned path, see "
			       "`xdplab map`");
}

int map_open_pin(struct xdplab_map **out, const char *path)
{
	int fd = bpf_obj_get(path);

	return fd < 0 ? not_opened(path, fd) : open_fd(out, fd, path);
}

int xdplab_map_open_fd(struct xdplab_map **out, int fd)
{
	int own = fcntl(fd, F_DUPFD_CLOEXEC, 3);

	take_libbpf_log();
	if (own < 0)
		return fail(-errno, "descriptor %d: %s", fd, strerror(errno));
	return open_fd(out, own, "the descriptor");
}

void xdplab_map_close(struct xdplab_map *map)
{
	if (!map)
		return;
	close(map->fd);
	value_type_free(map->key);
	value_type_free(map->value);
	free(map->fields);
	free(map);
}

/* ---- what is known of it ---- */

const struct xdplab_map_info *xdplab_map_info(const struct xdplab_map *map)
{
	return &map->info;
}

int xdplab_map_fd(const struct xdplab_map *map)
{
	return map->fd;
}

size_t xdplab_map_value_bytes(const struct xdplab_map *map)
{
	return map->stride * map->nr_values;
}

size_t xdplab_map_stride(const struct xdplab_map *map)
{
	return map->stride;
}

unsigned int xdplab_map_nr_values(const struct xdplab_map *map)
{
	return map->nr_values;
}

const struct xdplab_type *xdplab_map_key_type(const struct xdplab_map *map)
{
	return map->key;
}

const struct xdplab_type *xdplab_map_value_type(const struct xdplab_map *map)
{
	return map->value;
}
