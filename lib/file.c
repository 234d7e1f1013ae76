// SPDX-License-Identifier: LGPL-2.1-only
/* file - the bytes of a whole file */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "file.h"
#include "internal.h"

#define ROOM_AT_FIRST 65536

struct reading {
	char *bytes;
	size_t length, room;
};

/* Reads some more; 0 at the end. */
static ssize_t read_some(struct reading *r, int fd)
{
	ssize_t nr;

	if (r->length == r->room) {
		size_t room = r->room ? 2 * r->room : ROOM_AT_FIRST;
		char *bytes = realloc(r->bytes, room);

		if (!bytes)
			return -ENOMEM;
		r->bytes = bytes;
		r->room = room;
	}
	nr = read(fd, r->bytes + r->length, r->room - r->length);
	if (nr < 0)
		return -errno;
	r->length += nr;
	return nr;
}

int file_read(char **bytes, size_t *length, int fd, const char *path,
	      size_t most)
{
	struct reading r = { 0 };
	ssize_t nr;

	do
		nr = read_some(&r, fd);
	while (nr > 0 && r.length <= most);
	if (nr) {
		free(r.bytes);
		return nr > 0 ? -EFBIG
			      : fail((int)nr, "%s: %s", path, strerror(-nr));
	}
	*bytes = r.bytes;
	*length = r.length;
	return 0;
}
