// SPDX-License-Identifier: LGPL-2.1-only
/*
 * blob - bytes kept in bpffs, as a frozen array map
 *
 * It is written in one piece, by mapping it; an array whose elements are no
 * multiples of eight bytes would have gaps.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <bpf/bpf.h>

#include "internal.h"
#include "pin.h"

static int fill(int fd, const void *bytes, size_t size)
{
	void *place =
		mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

	if (place == MAP_FAILED)
		return -errno;
	memcpy(place, bytes, size);
	munmap(place, size);
	return bpf_map_freeze(fd);
}

/* Whether the map is one that pin_blob_write() could have made. */
static bool is_blob(int fd, const char *map_name, size_t element, size_t max,
		    size_t *nr)
{
	struct bpf_map_info info = { 0 };
	__u32 size = sizeof(info);

	if (bpf_obj_get_info_by_fd(fd, &info, &size) ||
	    info.type != BPF_MAP_TYPE_ARRAY || info.value_size != element ||
	    info.max_entries > max || !(info.map_flags & BPF_F_MMAPABLE) ||
	    strcmp(info.name, map_name))
		return false;
	*nr = info.max_entries;
	return true;
}

int pin_blob_write(const char *path, const char *map_name, const void *bytes,
		   size_t element, size_t nr)
{
	LIBBPF_OPTS(bpf_map_create_opts, opts, .map_flags = BPF_F_MMAPABLE);
	int fd = bpf_map_create(BPF_MAP_TYPE_ARRAY, map_name, sizeof(uint32_t),
				element, nr, &opts);
	size_t found;
	int err;

	if (fd < 0)
		return fail(fd, "%s: %s", path, strerror(-fd));
	/* libbpf leaves names out when it could not find out whether the
	 * kernel knows any, as where memory is short. */
	err = is_blob(fd, map_name, element, nr, &found)
		      ? fill(fd, bytes, element * nr)
		      : -ENOMEM;
	if (err)
		fail(err, "%s: %s", path, strerror(-err));
	else
		err = pin_object(fd, path);
	close(fd);
	return err;
}

/* By look-ups: what was opened to be read only cannot be mapped. */
static int copy_out(void **bytes, int fd, size_t element, size_t nr)
{
	char *copy = malloc(element * nr);
	int err = copy ? 0 : -ENOMEM;

	for (uint32_t key = 0; !err && key < nr; key++)
		err = bpf_map_lookup_elem(fd, &key, copy + key * element);
	if (err)
		free(copy);
	else
		*bytes = copy;
	return err;
}

int pin_blob_read(void **bytes, size_t *nr, const char *path,
		  const char *map_name, size_t element, size_t max)
{
	/* So it can be read where bpffs is mounted read-only, too. */
	LIBBPF_OPTS(bpf_obj_get_opts, opts, .file_flags = BPF_F_RDONLY);
	int fd = bpf_obj_get_opts(path, &opts), err = -EUCLEAN;
	size_t found = 0;

	if (fd < 0) /* the kernel's word for a directory or a link elsewhere */
		return fd == -EACCES ? -EUCLEAN : fd;
	if (is_blob(fd, map_name, element, max, &found))
		err = copy_out(bytes, fd, element, found);
	close(fd);
	if (!err)
		*nr = found;
	return err;
}
