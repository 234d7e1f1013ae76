/* SPDX-License-Identifier: LGPL-2.1-only */
/* file.h - the bytes of a whole file */
#ifndef FILE_H
#define FILE_H

#include <stddef.h>

/*
 * Reads an open file, which may be a pipe, to its end; the bytes are to be
 * freed.  -EFBIG, without fail(), if there are more than `most`; else fail() for
 * the file that is called `path`.
 */
int file_read(char **bytes, size_t *length, int fd, const char *path,
	      size_t most);

#endif
