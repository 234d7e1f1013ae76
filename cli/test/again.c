// SPDX-License-Identifier: GPL-2.0-only
/* again - the command line that runs one test once more */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "out.h"
#include "test.h"

/* Whether a shell takes it as it is. */
static bool is_plain(const char *word)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
				    "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789_./:,+=@%^-";

	return *word && !word[strspn(word, plain)];
}

/* Whether a terminal shows it as it is. */
static bool is_clean(const char *word)
{
	char *clean = need_memory(strdup(word));
	bool same;

	out_clean(clean, strlen(clean) + 1, clean);
	same = !strcmp(clean, word);
	free(clean);
	return same;
}

static void add_quoted(struct xdplab_text *line, const char *word)
{
	xdplab_text_add(line, "'");
	for (; *word; word++) {
		char one[] = { *word, '\0' };

		xdplab_text_add(line, *word == '\'' ? "'\\''" : one);
	}
	xdplab_text_add(line, "'");
}

/* Every byte by its number, in the quotes that most shells know. */
static void add_bytes(struct xdplab_text *line, const char *word)
{
	xdplab_text_add(line, "$'");
	for (; *word; word++) {
		char byte[sizeof("\\x00")];

		snprintf(byte, sizeof(byte), "\\x%02x", (unsigned char)*word);
		xdplab_text_add(line, byte);
	}
	xdplab_text_add(line, "'");
}

void test_again_word(struct xdplab_text *line, const char *word)
{
	if (is_plain(word))
		xdplab_text_add(line, word);
	else if (is_clean(word))
		add_quoted(line, word);
	else
		add_bytes(line, word);
}

static void add_option(struct xdplab_text *line, const char *option,
		       const char *value)
{
	if (!value)
		return;
	xdplab_text_add(line, option);
	test_again_word(line, value);
}

/* As a block that is read for several values makes several. */
static bool is_alone(const struct test_file *file,
		     const struct xdplab_test *test)
{
	size_t nr = 0;

	for (size_t i = 0; i < xdplab_tests_count(file->tests); i++)
		nr += xdplab_tests_at(file->tests, i)->line == test->line;
	return nr == 1;
}

void test_again(struct xdplab_text *line, const struct test_asked *asked,
		const struct test_file *file, const struct xdplab_test *test)
{
	uint64_t of_file = xdplab_tests_seed(file->tests);
	char number[32];

	xdplab_text_add(line, "xdplab test ");
	test_again_word(line, file->path);
	snprintf(number, sizeof(number), ":%u", test->line);
	xdplab_text_add(line, number);
	if (!is_alone(file, test))
		add_option(line, " -k ", test->name);
	add_option(line, " --program ", asked->program);
	add_option(line, " --netns ", args_value(asked->args, "netns"));
	snprintf(number, sizeof(number), "%" PRIu64, of_file);
	add_option(line, " --seed ", of_file ? number : NULL);
}
