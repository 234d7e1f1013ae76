// SPDX-License-Identifier: LGPL-2.1-only
/* word - the words of a statement, one after the other */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "nearest.h"
#include "read.h"
#include "text.h"

/* Longer words are shown in part. */
#define SHOWN_MAX 48

#define WORDS_MAX 16 /* of one list */

/* ---- where, and what is wrong there ---- */

struct test_place test_place_at(const struct test_reader *reader,
				const char *at)
{
	size_t offset = at - reader->text;

	return test_place_of(reader->tests,
			     reader->is_expanded ? reader->origins[offset]
						 : reader->line->from + offset);
}

struct test_place test_place_here(struct test_reader *reader)
{
	test_skip_blanks(reader);
	return test_place_at(reader, reader->at);
}

/* What is there, to be shown: a word, a string, or a sign. */
static int shown_length(const char *at)
{
	size_t length = strspn(at, "=!<>+-");

	if (*at == '"')
		length = 1 + strcspn(at + 1, "\"");
	else if (!length)
		length = strcspn(at, " \t,()[]{}=");
	length += !length || (*at == '"' && at[length]);
	return length < SHOWN_MAX ? (int)length : SHOWN_MAX;
}

/* What was meant by a sign of another language, or of a word processor. */
static const char *foreign_sign(const char *at)
{
	static const char *const signs[][2] = {
		{ "//", "#" },
		{ "\xc2\xa0", "a blank" }, /* one that is not broken */
		{ "\xe2\x80\x9c", "\"" },
		{ "\xe2\x80\x9d", "\"" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(signs); i++)
		if (!strncmp(at, signs[i][0], strlen(signs[i][0])))
			return signs[i][1];
	return NULL;
}

int test_expected(struct test_reader *reader, const char *at, const char *hint,
		  const char *what)
{
	const char *quote;
	struct test_place place;

	at += strspn(at, " \t");
	place = test_place_at(reader, at);
	hint = hint ?: foreign_sign(at);
	if (!*at)
		return test_mistake(reader->tests, place, hint,
				    "expected %s at the end of the statement",
				    what);
	quote = *at == '"' ? "" : "\"";
	return test_mistake(reader->tests, place, hint,
			    "expected %s, not %s%.*s%s", what, quote,
			    shown_length(at), at, quote);
}

/* ---- what may be there ---- */

void test_skip_blanks(struct test_reader *reader)
{
	reader->at += strspn(reader->at, " \t");
}

bool test_at_end(struct test_reader *reader)
{
	test_skip_blanks(reader);
	return !*reader->at;
}

bool test_take(struct test_reader *reader, const char *sign)
{
	size_t length = strlen(sign);

	test_skip_blanks(reader);
	if (strncmp(reader->at, sign, length))
		return false;
	reader->at += length;
	return true;
}

static bool is_name_char(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

struct span test_peek_name(struct test_reader *reader)
{
	struct span name;

	test_skip_blanks(reader);
	name = (struct span){ reader->at, 0 };
	while (is_name_char(name.at[name.length]))
		name.length++;
	return name;
}

struct span test_peek_token(struct test_reader *reader)
{
	test_skip_blanks(reader);
	return (struct span){ reader->at, strcspn(reader->at, " \t,\"") };
}

bool test_take_word(struct test_reader *reader, const char *word)
{
	struct span name = test_peek_name(reader);

	if (name.length != strlen(word) || !span_starts(name, word))
		return false;
	reader->at += name.length;
	return true;
}

size_t test_length_to(const char *at, const char *stops)
{
	size_t depth = 0, length = 0;
	char quote = '\0';

	for (; at[length]; length++) {
		char c = at[length];

		if (quote) {
			if (c == '\\' && at[length + 1])
				length++;
			else if (c == quote)
				quote = '\0';
		} else if (!depth && strchr(stops, c)) {
			break;
		} else if (c == '"' || c == '\'') {
			quote = c;
		} else if (strchr("([{", c)) {
			depth++;
		} else if (depth && strchr(")]}", c)) {
			depth--;
		}
	}
	return length;
}

void test_skip_path(struct test_reader *reader)
{
	if (*reader->at != '.' && *reader->at != '[')
		return;
	while (is_name_char(*reader->at) ||
	       (*reader->at && strchr(".[]", *reader->at)))
		reader->at++;
}

/* ---- words out of a list ---- */

int test_copy(char **copy, const char *at, size_t length)
{
	char *made = strndup(at, length);

	if (!made)
		return fail(-ENOMEM, "out of memory");
	*copy = made;
	return 0;
}

int test_expected_near(struct test_reader *reader, const char *const *names,
		       size_t nr, const char *what)
{
	struct span name = test_peek_name(reader);
	char word[SHOWN_MAX];

	snprintf(word, sizeof(word), "%.*s", (int)name.length, name.at);
	return test_expected(reader, name.at, nearest_name(word, names, nr),
			     what);
}

const struct test_word *test_word_find(const struct test_words *words,
				       struct span name)
{
	for (size_t i = 0; i < words->nr; i++)
		if (strlen(words->at[i].name) == name.length &&
		    span_starts(name, words->at[i].name))
			return words->at + i;
	return NULL;
}

/* a statement: "send", "expect" or "map" */
static void list_words(struct xdplab_text *text, const char **names,
		       const struct test_words *words)
{
	text_word(text, words->what);
	for (size_t i = 0; i < words->nr; i++) {
		names[i] = words->at[i].name;
		text_word(text, !i ? ": " : i + 1 < words->nr ? ", " : " or ");
		text_char(text, '"');
		text_word(text, names[i]);
		text_char(text, '"');
	}
	text_end(text);
}

static bool is_elsewhere(const struct test_words *words, struct span name)
{
	return words->others && test_word_find(words->others, name);
}

static int expected_word(struct test_reader *reader,
			 const struct test_words *words, struct span name)
{
	struct xdplab_text list = { 0 };
	const char *names[WORDS_MAX];
	char *word = NULL;
	int err = test_copy(&word, name.at, name.length);

	if (err)
		return err;
	list_words(&list, names, words);
	if (is_elsewhere(words, name))
		err = test_mistake(
			reader->tests, test_place_at(reader, name.at), NULL,
			"expected %s, not \"%s\"; %s",
			list.bytes ?: words->what, word, words->where);
	else
		err = test_expected(reader, name.at,
				    nearest_name(word, names, words->nr),
				    list.bytes ?: words->what);
	free(word);
	xdplab_text_free(&list);
	return err;
}

int test_find_word(struct test_reader *reader, const struct test_words *words,
		   const struct test_word **word)
{
	struct span name = test_peek_name(reader);
	const struct test_word *found = test_word_find(words, name);

	if (!found)
		return expected_word(reader, words, name);
	reader->at += name.length;
	*word = found;
	return 0;
}

int test_read_word(struct test_reader *reader, const struct test_words *words,
		   void *into)
{
	const struct test_word *word = NULL;
	int err = test_find_word(reader, words, &word);

	return word ? word->read(reader, into) : err;
}
