// SPDX-License-Identifier: LGPL-2.1-only
/* mistake - reports what is wrong in a test file */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "read.h"
#include "text.h"

#define SOURCE_MAX 4096

struct test_place test_place_of(const struct xdplab_tests *tests, size_t offset)
{
	size_t low = 0, high = tests->nr_lines;

	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;

		if (tests->lines[middle] <= offset)
			low = middle;
		else
			high = middle;
	}
	return (struct test_place){ low + 1, offset - tests->lines[low] + 1 };
}

/* The text of a line, as far as it fits. */
static void copy_line(char *source, const struct xdplab_tests *tests,
		      unsigned int line)
{
	const char *at = "";
	size_t length;

	if (line && line <= tests->nr_lines)
		at = tests->text + tests->lines[line - 1];
	length = strcspn(at, "\r\n");
	if (length >= SOURCE_MAX)
		length = SOURCE_MAX - 1;
	memcpy(source, at, length);
	source[length] = '\0';
	text_clean(source);
}

static int tell(struct xdplab_tests *tests, struct test_place place,
		const char *message, const char *hint)
{
	char source[SOURCE_MAX];
	const struct xdplab_mistake mistake = {
		.file = tests->path,
		.line = place.line,
		.column = place.column,
		.message = message,
		.hint = hint,
		.source = source,
	};

	copy_line(source, tests, place.line);
	if (tests->mistake) {
		tests->mistake(&mistake, tests->mistake_arg);
		return -EINVAL;
	}
	if (tests->has_told)
		return -EINVAL; /* the first one is what xdplab_error() has */
	tests->has_told = true;
	if (place.line)
		fail(-EINVAL, "%s:%u:%u: %s", tests->path, place.line,
		     place.column, message);
	else /* it is about no test file */
		fail(-EINVAL, "%s", message);
	return *hint ? advise(-EINVAL, "did you mean %s?", hint) : -EINVAL;
}

/* ---- while a file is read: kept, to be told in its order ---- */

static int keep(struct xdplab_tests *tests, struct test_place place,
		const char *message, const char *hint)
{
	struct test_told told = { place, tests->nr_told, NULL, NULL };

	told.message = strdup(message);
	told.hint = strdup(hint);
	if (told.message && told.hint &&
	    !TEST_ADD(tests->told, tests->nr_told, told))
		return -EINVAL;
	free(told.message);
	free(told.hint);
	return fail(-ENOMEM, "out of memory");
}

static int by_place(const void *a, const void *b)
{
	const struct test_told *one = a, *other = b;

	if (one->place.line != other->place.line)
		return one->place.line < other->place.line ? -1 : 1;
	if (one->place.column != other->place.column)
		return one->place.column < other->place.column ? -1 : 1;
	return one->number < other->number ? -1 : 1;
}

int test_mistakes_tell(struct xdplab_tests *tests)
{
	size_t nr = tests->nr_told;

	tests->is_read = true;
	if (!nr)
		return 0;
	qsort(tests->told, nr, sizeof(*tests->told), by_place);
	for (size_t i = 0; i < nr; i++)
		tell(tests, tests->told[i].place, tests->told[i].message,
		     tests->told[i].hint);
	if (tests->mistake)
		fail(-EINVAL, "%s: %s%zu error%s", tests->path,
		     tests->nr_mistakes > nr ? "more than " : "", nr,
		     nr > 1 ? "s" : "");
	return -EINVAL;
}

/* ---- any ---- */

int test_mistake(struct xdplab_tests *tests, struct test_place place,
		 const char *hint, const char *fmt, ...)
{
	char message[ERROR_LINE_SIZE], near[ERROR_LINE_SIZE];
	va_list ap;

	tests->nr_mistakes++;
	if (!tests->is_read && tests->nr_told == TEST_TOLD_MAX)
		return -EINVAL;
	va_start(ap, fmt);
	vsnprintf(message, sizeof(message), fmt, ap);
	va_end(ap);
	/* Both may be parts of the last error, which the callback may change.
	 */
	snprintf(near, sizeof(near), "%s", hint ?: "");
	text_clean(message);
	text_clean(near);
	return tests->is_read ? tell(tests, place, message, near)
			      : keep(tests, place, message, near);
}

int test_count(struct test_reader *reader, struct test_count *count,
	       size_t more, struct test_place place)
{
	count->nr += more;
	if (!reader->is_full && count->nr <= count->max)
		return 0;
	if (reader->is_full)
		return -EINVAL;
	reader->is_full = true;
	return test_mistake(reader->tests, place, NULL,
			    "more than %zu %s after unrolling the loops of "
			    "this file",
			    count->max, count->of);
}
