// SPDX-License-Identifier: LGPL-2.1-only
/* path - files that a test file names, by its directory */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "nearest.h"
#include "read.h"

static size_t directory_length(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 - path : 0;
}

static int join(char **path, const struct xdplab_tests *tests, const char *name)
{
	size_t length = *name == '/' ? 0 : directory_length(tests->path);

	if (asprintf(path, "%.*s%s", (int)length, tests->path, name) >= 0)
		return 0;
	*path = NULL;
	return fail(-ENOMEM, "out of memory");
}

/* The file of its directory that is nearest to the one that is not there. */
static void find_near(char *near, size_t size, char *path)
{
	char *name = path + directory_length(path), first = *name;
	unsigned int best = NEAREST_FAR;
	struct dirent *entry;
	DIR *directory;

	*near = *name = '\0';
	directory = opendir(*path ? path : ".");
	*name = first;
	while (directory && (entry = readdir(directory))) {
		size_t length = strlen(entry->d_name);
		unsigned int off = nearest_distance(name, strlen(name),
						    entry->d_name, length);

		if (off >= best || !nearest_is_near(off, strlen(name), length))
			continue;
		best = off;
		snprintf(near, size, "%s", entry->d_name);
	}
	if (directory)
		closedir(directory);
}

static int check(struct test_reader *reader, const char *start, char *path)
{
	struct test_place place = test_place_at(reader, start);
	char near[NAME_MAX + 1];
	struct stat st;
	int err = stat(path, &st) ? -errno : 0;

	if (!err && !S_ISDIR(st.st_mode))
		return 0;
	if (!err)
		return test_mistake(reader->tests, place, NULL,
				    "expected a file, but %s is a directory",
				    path);
	find_near(near, sizeof(near), path);
	return test_mistake(reader->tests, place, near, "cannot open %s: %s",
			    path, strerror(-err));
}

int test_need_file(struct test_reader *reader, char **path)
{
	const char *start;
	char *name, *joined = NULL;
	int err;

	test_skip_blanks(reader);
	start = reader->at;
	err = test_need_token(reader, &name, "a file");
	if (err)
		return err;
	err = join(&joined, reader->tests, name);
	free(name);
	if (joined)
		err = check(reader, start, joined);
	if (err)
		free(joined);
	else
		*path = joined;
	return err;
}
