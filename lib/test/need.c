// SPDX-License-Identifier: LGPL-2.1-only
/* need - what has to be there in a statement, or is told to be missing */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "read.h"
#include "value/parse.h"
#include "value/string.h"

/* A sign or a keyword, as it is to be typed. */
static int expected_word(struct test_reader *reader, const char *word)
{
	char what[16];

	snprintf(what, sizeof(what), "\"%s\"", word);
	return test_expected_near(reader, &word, 1, what);
}

int test_need(struct test_reader *reader, const char *sign)
{
	return test_take(reader, sign) ? 0 : expected_word(reader, sign);
}

int test_need_equals(struct test_reader *reader)
{
	test_skip_blanks(reader);
	if (reader->at[0] != '=' || reader->at[1] == '=')
		return expected_word(reader, "=");
	reader->at++;
	return 0;
}

int test_need_word(struct test_reader *reader, const char *word)
{
	return test_take_word(reader, word) ? 0 : expected_word(reader, word);
}

int test_need_end(struct test_reader *reader)
{
	return test_at_end(reader) ? 0
				   : test_expected(reader, reader->at, NULL,
						   "the end of the statement");
}

int test_need_name(struct test_reader *reader, struct span *name,
		   const char *what)
{
	struct span found = test_peek_name(reader);

	if (!found.length || isdigit((unsigned char)*found.at))
		return test_expected(reader, reader->at, NULL, what);
	reader->at += found.length;
	*name = found;
	return 0;
}

int test_need_number(struct test_reader *reader, uint64_t min, uint64_t max,
		     uint64_t *number)
{
	struct span word = test_peek_name(reader);
	uint64_t found;

	if (!value_literal_number(word, UINT64_MAX, &found) || found < min ||
	    found > max) {
		char what[80];

		snprintf(what, sizeof(what), "a number from %ju to %ju",
			 (uintmax_t)min, (uintmax_t)max);
		return test_expected(reader, word.at, NULL, what);
	}
	reader->at += word.length;
	*number = found;
	return 0;
}

int test_need_op(struct test_reader *reader, enum test_op *op, bool changes)
{
	/* What begins as another does, comes before it. */
	static const struct {
		const char *sign;
		enum test_op op;
	} signs[] = {
		{ "==", TEST_EQ },   { "!=", TEST_NE },	   { "<=", TEST_LE },
		{ ">=", TEST_GE },   { "<", TEST_LT },	   { ">", TEST_GT },
		{ "+=", TEST_PLUS }, { "-=", TEST_MINUS },
	};
	size_t nr = ARRAY_SIZE(signs) - (changes ? 0 : 2);

	for (size_t i = 0; i < nr; i++) {
		if (test_take(reader, signs[i].sign)) {
			*op = signs[i].op;
			return 0;
		}
	}
	return test_expected(reader, reader->at,
			     *reader->at == '=' ? "==" : NULL,
			     changes ? "==, !=, <, <=, >, >=, += or -="
				     : "==, !=, <, <=, > or >=");
}

int test_need_string(struct test_reader *reader, char **string,
		     const char *what)
{
	unsigned char *bytes;
	long length;
	const char *end;

	test_skip_blanks(reader);
	if (*reader->at != '"')
		return test_expected(reader, reader->at, NULL, what);
	bytes = malloc(strlen(reader->at));
	if (!bytes)
		return fail(-ENOMEM, "out of memory");
	end = reader->at + 1;
	length = value_string_parse(bytes, strlen(reader->at), '"', &end);
	if (length < 0 || memchr(bytes, 0, length)) {
		free(bytes);
		return test_mistake(
			reader->tests,
			test_place_at(reader, length < 0 ? end : reader->at),
			NULL,
			length < 0 ? "unknown escape sequence"
				   : "NUL byte in string");
	}
	bytes[length] = '\0';
	reader->at = end;
	*string = (char *)bytes;
	return 0;
}

int test_need_token(struct test_reader *reader, char **token, const char *what)
{
	struct span found = test_peek_token(reader);
	int err;

	if (*found.at == '"')
		return test_need_string(reader, token, what);
	if (!found.length)
		return test_expected(reader, found.at, NULL, what);
	err = test_copy(token, found.at, found.length);
	if (!err)
		reader->at += found.length;
	return err;
}

int test_need_rest(struct test_reader *reader, char **rest, const char *what)
{
	int err;

	if (test_at_end(reader))
		return test_expected(reader, reader->at, NULL, what);
	err = test_copy(rest, reader->at, strlen(reader->at));
	if (!err)
		reader->at += strlen(reader->at);
	return err;
}
