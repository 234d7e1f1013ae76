// SPDX-License-Identifier: GPL-2.0-only
/*
 * kept - the file of tests that xdplab test --fuzz writes
 *
 * It is there from the beginning, so that nothing is looked for in vain, and has
 * at any time what was found so far.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kept.h"
#include "test.h"

/* NAME.fuzz.test, here, of whatever NAME.test or NAME.bpf.o is. */
static char *own_name(const char *operand)
{
	static const char *const ends[] = { ".test", ".o", ".bpf" };
	const char *slash = strrchr(operand, '/'),
		   *name = slash ? slash + 1 : operand;
	size_t length = strlen(name);
	char *own;

	for (size_t i = 0; i < sizeof(ends) / sizeof(*ends); i++) {
		size_t end = strlen(ends[i]);

		if (length > end && !strncmp(name + length - end, ends[i], end))
			length -= end;
	}
	if (asprintf(&own, "%.*s.fuzz.test", (int)length, name) < 0)
		own = NULL;
	return own;
}

void kept_name(struct kept *kept, const char *path, const char *operand)
{
	kept->fd = -1;
	kept->path = need_memory(path ? strdup(path) : own_name(operand));
}

/* ---- open and close ---- */

static int make_head(struct kept *kept, const struct xdplab_tests *tests,
		     uint64_t seed)
{
	char *copy = need_memory(strdup(kept->path)), line[128];
	char *slash = strrchr(copy, '/');
	const char *directory = slash ? copy : ".";
	char *whole;
	struct xdplab_text head = { 0 };
	int err;

	if (slash)
		slash[slash == copy] = '\0';
	whole = realpath(directory, NULL);
	snprintf(line, sizeof(line),
		 "# Found by xdplab test --fuzz, seed %llu.\n\n",
		 (unsigned long long)seed);
	xdplab_text_add(&head, line);
	err = whole ? xdplab_tests_head(tests, whole, &head) : -errno;
	if (!err)
		kept->head = need_memory(strdup(head.bytes));
	free(copy);
	free(whole);
	xdplab_text_free(&head);
	return err;
}

int kept_open(struct kept *kept, const struct args *args,
	      const struct xdplab_tests *tests, uint64_t seed)
{
	int err;

	kept->fd = open(kept->path,
			O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
			0644);
	if (kept->fd < 0) {
		say(args, "%s: %s%s", kept->path, strerror(errno),
		    errno == EEXIST ? ", not overwritten; use --keep" : "");
		return EXIT_FAILED;
	}
	err = make_head(kept, tests, seed);
	return err ? say_failure(args, err) : EXIT_DONE;
}

void kept_close(struct kept *kept)
{
	if (kept->fd >= 0) {
		close(kept->fd);
		if (!kept->nr)
			unlink(kept->path);
	}
	for (size_t i = 0; i < kept->nr; i++)
		free(kept->tests[i]);
	free(kept->tests);
	free(kept->head);
	free(kept->path);
}

/* ---- what is found ---- */

static void write_text(struct kept *kept, const char *text)
{
	size_t length = strlen(text);

	while (length && !kept->lost) {
		ssize_t nr = write(kept->fd, text, length);

		if (nr < 0)
			kept->lost = errno;
		text += nr > 0 ? nr : 0;
		length -= nr > 0 ? nr : 0;
	}
}

/* All anew, for one may have become smaller. */
static void write_file(struct kept *kept)
{
	if (ftruncate(kept->fd, 0) || lseek(kept->fd, 0, SEEK_SET))
		kept->lost = errno;
	write_text(kept, kept->head);
	for (size_t i = 0; i < kept->nr; i++) {
		write_text(kept, "\n");
		write_text(kept, kept->tests[i]);
	}
}

void kept_add(struct kept *kept, const struct xdplab_finding *finding)
{
	size_t nr = finding->number;

	if (nr > kept->nr) {
		kept->tests = need_memory(
			reallocarray(kept->tests, nr, sizeof(char *)));
		kept->tests[nr - 1] = NULL;
		kept->nr = nr;
	}
	free(kept->tests[nr - 1]);
	kept->tests[nr - 1] = need_memory(strdup(finding->test));
	write_file(kept);
}
