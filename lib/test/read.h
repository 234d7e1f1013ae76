/* SPDX-License-Identifier: LGPL-2.1-only */
/*
 * read.h - what the reader of test files is made of
 *
 *	file -> lex.c -> statements, each on one line, by their indentation
 *	-> expand.c: `$x` replaced -> word.c: its words, by these
 *	file.c, step.c, expect-read.c read what they say
 *
 * A statement that is wrong is reported and left out, and the next one is read.
 * Functions that read return 0, -EINVAL after an error, or another error,
 * which ends the reading.
 */
#ifndef TEST_READ_H
#define TEST_READ_H

#include <stdlib.h>
#include <string.h>

#include "span.h"
#include "test.h"

#define TEST_FILE_MAX	  (16 << 20)
#define TEST_STEPS_MAX	  1000000
#define TEST_TOLD_MAX	  1000	      /* errors; then it is enough */
#define TEST_BYTES_MAX	  (256 << 20) /* of statements, loops unrolled */
#define TEST_LOOPS_MAX	  16	      /* in one another */
#define TEST_INDENT_MAX	  255	      /* columns */
#define TEST_VARIABLE_MAX 31	      /* letters */

/* A statement, as it is in the file: where, by offsets into its text. */
struct test_line {
	size_t from, to;
	unsigned int indent;
	bool wrong;	  /* an error in it was reported */
	bool indent_told; /* one of its indentation, too */
};

/* A variable of a loop, and of those around it. */
struct test_loop {
	const struct test_loop *outer;
	struct span name, value;
};

/* What there can be so much of, once loops are unrolled. */
struct test_count {
	size_t nr, max;
	const char *of;
};

struct test_reader;

/* Reads what follows a word into what that word is about. */
typedef int test_read_fn(struct test_reader *reader, void *into);

struct test_word {
	const char *name;
	test_read_fn *read;
};

/* The words that there can be at a place. */
struct test_words {
	const char *what; /* "a statement" */
	const struct test_word *at;
	size_t nr;
	size_t nr_blocks; /* that many of them, the first ones, begin a block */
	/* Those of another place, and where that is; or NULL. */
	const struct test_words *others;
	const char *where;
};

struct test_reader {
	struct xdplab_tests *tests;
	const char *program; /* to be tested instead of the file's, or NULL */
	bool is_seed_given;  /* and counts more than the file's */

	char *clean; /* the file's text: comments are blanks, NUL ends a statement */
	struct test_line *lines;
	size_t nr_lines;

	/* The statement that is read, its variables replaced. */
	struct test_line *line;
	const char *text, *at; /* all of it, and from here on */
	struct xdplab_text expanded;
	bool is_expanded;      /* or else it is as it is in the file */
	size_t *origins;       /* of each byte that is expanded, in the file */
	size_t body, body_end; /* the lines of its block */

	/* Where it is. */
	const struct test_words *words;
	const struct test_loop *loops;
	unsigned int depth;
	const char *variables; /* of these loops; NULL: not written yet */
	struct test_count steps_read, rounds, bytes;
	bool is_full; /* there are too many steps */
	bool has_program;

	/* The test that it is in. */
	struct test_steps *steps;
	struct test_context context;
	uint64_t seed;
	const struct xdplab_packet *sent; /* NULL: none, or not just one */
	struct test_place sent_place;
	/* Something else that was done since then; its line is 0: nothing. */
	struct test_place between;
	bool has_sent, has_expected;
	bool is_unsure; /* a part of it could not be read */
};

/* ---- read.c ---- */

/* Reads the text of a file, of which `path` is but the name. */
int test_read_text(struct xdplab_tests **out, const char *path,
		   const char *text, size_t length,
		   const struct xdplab_tests_opts *opts);
/* Reads the block of a statement. */
int test_read_block(struct test_reader *reader, size_t first, size_t end,
		    const struct test_words *words);

/* So many errors were reported that the rest is not read. */
static inline bool test_is_enough(const struct test_reader *reader)
{
	return reader->tests->nr_told == TEST_TOLD_MAX;
}

/* ---- mistake.c ---- */

struct test_place test_place_of(const struct xdplab_tests *tests,
				size_t offset);
/* Counts, and tells once when it is too much; then nothing more is read. */
int test_count(struct test_reader *reader, struct test_count *count,
	       size_t more, struct test_place place);

/* ---- lex.c ---- */

/* Splits the text, of that many bytes, into statements. */
int test_lex(struct test_reader *reader, size_t length);

/* ---- expand.c ---- */

/* Goes to the beginning of a statement, `$x` replaced in it. */
int test_expand(struct test_reader *reader, struct test_line *line);

/* ---- word.c ---- */

/* Where, in the file, what is at a place in the statement comes from. */
struct test_place test_place_at(const struct test_reader *reader,
				const char *at);
/* The same of what comes next, without the blanks before it. */
struct test_place test_place_here(struct test_reader *reader);
/* Tells that something else was expected at a place. */
int test_expected(struct test_reader *reader, const char *at, const char *hint,
		  const char *what);

/* The same where a word comes next that may be one of these, mistyped. */
int test_expected_near(struct test_reader *reader, const char *const *names,
		       size_t nr, const char *what);

/* These skip blanks first; if it is not there, the test_take_*() return false
 * and leave all as it is. */
void test_skip_blanks(struct test_reader *reader);
bool test_at_end(struct test_reader *reader);
bool test_take(struct test_reader *reader, const char *sign);
bool test_take_word(struct test_reader *reader, const char *word);
/* What follows: letters, digits and underscores; up to a blank or a comma. */
struct span test_peek_name(struct test_reader *reader);
struct span test_peek_token(struct test_reader *reader);
/* Goes over the steps from a variable to a part of it, ".a[2]". */
void test_skip_path(struct test_reader *reader);

/* How far it is to one of the `stops` that is neither in a string nor in
 * brackets, or else to the end. */
size_t test_length_to(const char *at, const char *stops);

static inline bool test_span_is(struct span span, struct span other)
{
	return span.length == other.length &&
	       !memcmp(span.at, other.at, span.length);
}

const struct test_word *test_word_find(const struct test_words *words,
				       struct span name);
/* Takes a word out of those there are; the other also reads what follows. */
int test_find_word(struct test_reader *reader, const struct test_words *words,
		   const struct test_word **word);
int test_read_word(struct test_reader *reader, const struct test_words *words,
		   void *into);
/* Copies letters, to be freed. */
int test_copy(char **copy, const char *at, size_t length);

/* ---- need.c, path.c ---- */

/* These read what has to be there, `what` in words for who forgot it. */
int test_need(struct test_reader *reader, const char *sign);
int test_need_equals(struct test_reader *reader); /* and no == */
int test_need_word(struct test_reader *reader, const char *word);
int test_need_end(struct test_reader *reader);
int test_need_name(struct test_reader *reader, struct span *name,
		   const char *what);
int test_need_number(struct test_reader *reader, uint64_t min, uint64_t max,
		     uint64_t *number);
/* `changes`: += and -= are operators, too. */
int test_need_op(struct test_reader *reader, enum test_op *op, bool changes);
/* These copy it, to be freed.  The rest is that of the statement; a file is by
 * the test file's directory, and has to be there. */
int test_need_string(struct test_reader *reader, char **string,
		     const char *what);
int test_need_token(struct test_reader *reader, char **token, const char *what);
int test_need_rest(struct test_reader *reader, char **rest, const char *what);
int test_need_file(struct test_reader *reader, char **path);

/* ---- arrays ---- */

/* An array with room for one more, which grows by doubling; NULL: no memory,
 * and then it is as it was. */
static inline void *test_room(void *array, size_t nr, size_t size)
{
	bool is_full = !(nr & (nr - 1)); /* as it grew last */

	return is_full ? reallocarray(array, nr ? 2 * nr : 1, size) : array;
}

#define TEST_ADD(array, nr, item)                                              \
	({                                                                     \
		__typeof__(array) grown =                                      \
			test_room(array, nr, sizeof(*(array)));                \
		if (grown) {                                                   \
			(array) = grown;                                       \
			(array)[(nr)++] = (item);                              \
		} else {                                                       \
			fail(-ENOMEM, "out of memory");                        \
		}                                                              \
		grown ? 0 : -ENOMEM;                                           \
	})

/* ---- loop.c ---- */

test_read_fn test_read_for, test_read_repeat;

/* ---- case.c ---- */

test_read_fn test_read_test, test_read_setup, test_read_teardown;

/* ---- finish.c ---- */

/* Tells what can be told when all was read: of names, and of what there is
 * not. */
int test_finish(struct test_reader *reader);

/* ---- context.c ---- */

test_read_fn test_read_defaults; /* of the file */
test_read_fn test_read_context;	 /* as a step */
extern const struct test_words test_context_words;
/* What `to` had is given back. */
int test_context_copy(struct test_context *to, const struct test_context *from);

/* ---- packet.c ---- */

/* Reads the packet that is there, which belongs to the tests. */
int test_need_packet(struct test_reader *reader,
		     const struct xdplab_packet **packet, bool is_pattern);
void test_packets_free(struct xdplab_tests *tests);
/* Bytes, which are written as a payload is; to be freed. */
int test_need_bytes(struct test_reader *reader, uint8_t **bytes,
		    size_t *length);
/* Reads what is to be other than in the packet that was sent; to be freed. */
int test_need_with(struct test_reader *reader, char **with);
/* Tells what a function of packets has said, which failed with `err`. */
int test_packet_mistake(struct test_reader *reader, int err, const char *at);

/* ---- free.c ---- */

void test_step_clear(struct test_step *step);
void test_case_clear(struct test_case *test);
void test_program_clear(struct test_program *program);
void test_global_clear(struct test_global *global);
void test_iface_clear(struct test_iface *iface);
void test_route_clear(struct test_route *route);
void test_neighbour_clear(struct test_neighbour *neighbour);

/* ---- net-read.c ---- */

test_read_fn test_read_interface, test_read_route, test_read_neighbour;
extern const struct test_words test_interface_words, test_route_words,
	test_neighbour_words;

/* The name of an interface; the other, that of one of the file's, or of lo. */
int test_need_ifname(struct test_reader *reader, char **name);
int test_need_iface(struct test_reader *reader, char **name);

/* ---- file.c ---- */

extern const struct test_words test_file_words, test_program_words,
	test_section_words;

/* ---- step.c ---- */

extern const struct test_words test_step_words, test_setup_words;

/* ---- send.c ---- */

extern const struct test_words test_send_words;
test_read_fn test_read_send;
/* The send before, if there was one, has something expected of it. */
int test_check_send(struct test_reader *reader);

/* ---- expect-read.c ---- */

extern const struct test_words test_expect_words;
test_read_fn test_read_expect;

/* ---- map-read.c ---- */

/* NAME[KEY], of which the key may be missing where it need not be there. */
int test_need_map(struct test_reader *reader, struct test_map *map,
		  bool needs_key);
/* NAME.a[2], and what is after the NAME alone if there is something. */
int test_need_variable(struct test_reader *reader, struct test_map *map);
int test_take_path(struct test_reader *reader, struct test_map *map);
/* The rest of the statement. */
int test_need_value(struct test_reader *reader, struct test_map *map);

extern const struct test_words test_expect_map_words, test_expect_no_words;
test_read_fn test_expect_map, test_expect_var, test_expect_records,
	test_expect_record, test_expect_printk, test_expect_no;
/* OP N */
int test_need_count(struct test_reader *reader, struct test_step *step);

#endif
