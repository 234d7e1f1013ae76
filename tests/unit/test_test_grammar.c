// SPDX-License-Identifier: GPL-2.0-only
/* test_test_grammar - the grammar in the documents has the words that are read */
#include "test-text.h"

#define GRAMMAR "docs/packet-tests.md"
#define CHINESE "docs/packet-tests.zh-CN.md"
#define MANUAL	"docs/xdplab-test.5"

static const struct test_words *const lists[] = {
	&test_file_words,      &test_program_words,    &test_section_words,
	&test_interface_words, &test_route_words,      &test_neighbour_words,
	&test_context_words,   &test_step_words,       &test_send_words,
	&test_expect_words,    &test_expect_map_words, &test_expect_no_words,
};

/* What is read where it has to be, or may be, and is in no list. */
static const char *const others[] = {
	"on",	  "default", "after", "in",   "step", "pcap",
	"filter", "first",   "with",  "to",   "or",   "as",
	"struct", "ABORTED", "DROP",  "PASS", "TX",   "REDIRECT",
};

static char *read_document(const char *path)
{
	FILE *file = fopen(path, "r");
	char *text = calloc(1, 1 << 16);

	assert_non_null(file);
	assert_non_null(text);
	assert_true(fread(text, 1, (1 << 16) - 1, file) > 0);
	fclose(file);
	return text;
}

/* The grammar of a document, to be freed. */
static char *read_grammar(const char *path)
{
	char *text = read_document(path), *grammar;
	char *start = strstr(text, "```ebnf\n");

	assert_non_null(start);
	start += strlen("```ebnf\n");
	*strstr(start, "```") = '\0';
	grammar = strdup(start);
	free(text);
	return grammar;
}

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static bool is_word_of(const char *text, const char *word)
{
	size_t length = strlen(word);

	for (const char *at = text; (at = strstr(at, word)); at += length)
		if (!is_letter(at[length]) &&
		    (at == text || !is_letter(at[-1])))
			return true;
	return false;
}

static void each_word(void (*fn)(const char *word, const char *text),
		      const char *text)
{
	for (size_t i = 0; i < ARRAY_SIZE(lists); i++)
		for (size_t k = 0; k < lists[i]->nr; k++)
			fn(lists[i]->at[k].name, text);
	for (size_t i = 0; i < ARRAY_SIZE(others); i++)
		fn(others[i], text);
}

static void expect_quoted(const char *word, const char *grammar)
{
	char quoted[64];

	snprintf(quoted, sizeof(quoted), "\"%s\"", word);
	if (!strstr(grammar, quoted))
		fail_msg("%s is read, but not in the grammar", quoted);
}

static void expect_in_manual(const char *word, const char *manual)
{
	if (!is_word_of(manual, word))
		fail_msg("%s is read, but not in the manual", word);
}

static void every_word_that_is_read_is_in_the_documents(void **state)
{
	char *grammar = read_grammar(GRAMMAR), *manual = read_document(MANUAL);

	(void)state;
	each_word(expect_quoted, grammar);
	each_word(expect_in_manual, manual);
	free(grammar);
	free(manual);
}

static bool found;
static char looked_for[64];

static void look_for(const char *word, const char *text)
{
	(void)text;
	found |= !strcmp(word, looked_for);
}

static void every_word_of_the_grammar_is_read(void **state)
{
	char *grammar = read_grammar(GRAMMAR);
	size_t nr = 0;

	(void)state;
	for (char *at = strchr(grammar, '"'); at; at = strchr(at + 1, '"')) {
		size_t length = strcspn(++at, "\"");

		snprintf(looked_for, sizeof(looked_for), "%.*s", (int)length,
			 at);
		at += length;
		if (!is_letter(*looked_for))
			continue; /* a sign */
		found = false;
		each_word(look_for, NULL);
		if (!found)
			fail_msg("%s is in the grammar, but not read",
				 looked_for);
		nr++;
	}
	assert_true(nr > 50);
	free(grammar);
}

static void the_grammar_is_the_same_in_both_languages(void **state)
{
	char *grammar = read_grammar(GRAMMAR), *chinese = read_grammar(CHINESE);

	(void)state;
	assert_string_equal(grammar, chinese);
	free(grammar);
	free(chinese);
}

/* Reads each of the examples between these two that is a file of tests. */
static void read_examples(const char *path, const char *begin, const char *end)
{
	const struct xdplab_tests_opts opts = { .sz = sizeof(opts),
						.program = "example.o" };
	char *text = read_document(path), *at = text;
	size_t nr = 0;

	while ((at = strstr(at, begin))) {
		char *example = strchr(at, '\n') + 1;
		struct xdplab_tests *tests;

		at = strstr(example, end);
		assert_non_null(at);
		if (strncmp(example, "program ", strlen("program ")))
			continue;
		if (test_read_text(&tests, path, example, at - example, &opts))
			fail_msg("%s", xdplab_error());
		xdplab_tests_free(tests);
		nr++;
	}
	assert_true(nr > 0);
	free(text);
}

static void the_examples_are_read(void **state)
{
	(void)state;
	read_examples(GRAMMAR, "```text\n", "```");
	read_examples(CHINESE, "```text\n", "```");
	read_examples(MANUAL, ".Bd -literal -offset indent\n", ".Ed");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_word_that_is_read_is_in_the_documents),
		cmocka_unit_test(every_word_of_the_grammar_is_read),
		cmocka_unit_test(the_grammar_is_the_same_in_both_languages),
		cmocka_unit_test(the_examples_are_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
