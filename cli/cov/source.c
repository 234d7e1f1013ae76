// SPDX-License-Identifier: GPL-2.0-only
/* source - the source of a program, if it is what was compiled */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cov.h"
#include "test/test.h"

#define MAX_SIZE (16 << 20)

/* The path is what an object says: it may be of anything. */
static FILE *open_source(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct stat st;
	FILE *file;

	if (fd < 0)
		return NULL;
	if (!fstat(fd, &st) && S_ISREG(st.st_mode) && st.st_size <= MAX_SIZE) {
		file = fdopen(fd, "r");
		if (file)
			return file;
	}
	close(fd);
	return NULL;
}

static char **read_lines(FILE *file, size_t *nr)
{
	char **lines = NULL, *line = NULL;
	size_t size = 0;
	ssize_t length;

	while ((length = getline(&line, &size, file)) >= 0) {
		if (length && line[length - 1] == '\n')
			line[length - 1] = '\0';
		lines = need_memory(
			reallocarray(lines, *nr + 1, sizeof(*lines)));
		lines[(*nr)++] = need_memory(strdup(line));
	}
	free(line);
	return lines;
}

/* Compilers keep a line's text with or without the blanks around it. */
static bool is_same(const char *a, const char *b)
{
	size_t length;

	a += strspn(a, " \t");
	b += strspn(b, " \t");
	length = strlen(a) < strlen(b) ? strlen(a) : strlen(b);
	return !strncmp(a, b, length) &&
	       !a[length + strspn(a + length, " \t\r")] &&
	       !b[length + strspn(b + length, " \t\r")];
}

static bool is_what_was_compiled(char **source, size_t nr_source,
				 const struct xdplab_coverage_line *lines,
				 size_t nr)
{
	for (size_t i = 0; i < nr; i++)
		if (!lines[i].line || lines[i].line > nr_source ||
		    !is_same(source[lines[i].line - 1], lines[i].text))
			return false;
	return true;
}

char **cov_source(const struct xdplab_coverage_line *lines, size_t nr,
		  size_t *nr_source)
{
	FILE *file = open_source(lines->file);
	char **source;

	*nr_source = 0;
	if (!file)
		return NULL;
	source = read_lines(file, nr_source);
	fclose(file);
	if (is_what_was_compiled(source, *nr_source, lines, nr))
		return source;
	cov_source_free(source, *nr_source);
	*nr_source = 0;
	return NULL;
}

void cov_source_free(char **source, size_t nr_source)
{
	for (size_t i = 0; i < nr_source; i++)
		free(source[i]);
	free(source);
}
