/* SPDX-License-Identifier: GPL-2.0-only */
/* tested.h - programs whose maps are tested, and steps about these */
#ifndef TESTED_H
#define TESTED_H

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* First: cmocka has a macro of the name of our fail(). */
#include "../../lib/test/maps.h"
#include <cmocka.h>

#define STEPS_MAX 8

/* What tests/bpf/test_maps.bpf.c does to its maps. */
enum tested_what {
	COUNT,
	FLOW,
	PUSH,
	EVENT,
	PERF,
	BLOOM,
	LOCK,
	INNER,
	REST,
	START,
	VARIABLES,
};

struct tested {
	struct xdplab_prog *progs[2];
	size_t nr_progs;
	struct test_maps *maps;
	struct xdplab_tests tests;
	struct test_case one; /* the only one */
	struct test_step steps[STEPS_MAX];
	struct test_failure failure;
	struct xdplab_text mistakes; /* "LINE:COLUMN: message (hint)\n" */
};

/* ---- programs ---- */

static inline void tested_tell(const struct xdplab_mistake *mistake, void *arg)
{
	struct tested *t = arg;
	char line[1200];

	snprintf(line, sizeof(line), "%u:%u: %s%s%s%s\n", mistake->line,
		 mistake->column, mistake->message, *mistake->hint ? " (" : "",
		 mistake->hint, *mistake->hint ? ")" : "");
	xdplab_text_add(&t->mistakes, line);
}

/* Opens tests/bpf/NAME.bpf.c, as the build has it. */
static inline void tested_open(struct tested *t, const char *name)
{
	char path[256];

	snprintf(path, sizeof(path), "%s/tests/bpf/%s.o",
		 getenv("B") ?: "build", name);
	assert_int_equal(xdplab_prog_open(&t->progs[t->nr_progs++], path, NULL),
			 0);
}

static inline void tested_load(struct tested *t)
{
	for (size_t i = 0; i < t->nr_progs; i++)
		assert_int_equal(xdplab_prog_load(t->progs[i], 0), 0);
	assert_int_equal(test_maps_open(&t->maps, t->progs, t->nr_progs, -1),
			 0);
}

static inline struct tested *tested_new(void)
{
	struct tested *t = calloc(1, sizeof(*t));

	assert_non_null(t);
	t->tests.path = (char *)"maps.test";
	t->tests.mistake = tested_tell;
	t->tests.mistake_arg = t;
	t->tests.is_read = true;
	t->tests.cases = &t->one;
	t->tests.nr_cases = 1;
	t->one.steps.at = t->steps;
	return t;
}

/* test_maps, loaded. */
static inline struct tested *tested_begin(void)
{
	struct tested *t = tested_new();

	tested_open(t, "test_maps");
	tested_load(t);
	return t;
}

static inline void tested_end(struct tested *t)
{
	test_maps_close(t->maps);
	for (size_t i = 0; i < t->nr_progs; i++)
		xdplab_prog_free(t->progs[i]);
	test_failure_clear(&t->failure);
	xdplab_text_free(&t->mistakes);
	free(t);
}

static inline void tested_send(const struct tested *t, enum tested_what what,
			       unsigned char at)
{
	unsigned char packet[64] = { 0 };
	struct xdplab_run_result result;

	t->maps->fresh = false;
	packet[14] = what;
	packet[15] = at;
	assert_int_equal(xdplab_run(xdplab_prog_fd(t->progs[0]), packet,
				    sizeof(packet), NULL, 0, &result, NULL),
			 0);
}

/* ---- steps ---- */

static inline struct test_step *tested_add(struct tested *t,
					   enum test_what what)
{
	struct test_step *step = &t->steps[t->one.steps.nr++];

	assert_true(t->one.steps.nr <= STEPS_MAX);
	memset(step, 0, sizeof(*step));
	step->what = what;
	step->place.line = t->one.steps.nr;
	step->text = step->variables = "";
	return step;
}

/* A step is on the line of its number, its name in column 10, its key in 20,
 * its path in 30, its value in 40. */
static inline struct test_step *tested_step(struct tested *t,
					    enum test_what what,
					    const char *name, const char *key,
					    const char *path, enum test_op op,
					    const char *value)
{
	struct test_step *step = tested_add(t, what);
	unsigned int line = step->place.line;

	step->map = (struct test_map){
		.name_place = { line, 10 },
		.key_place = { line, 20 },
		.path_place = { line, 30 },
		.value_place = { line, 40 },
		.name = (char *)name,
		.key = (char *)key,
		.path = (char *)path,
		.value = (char *)value,
		.op = op,
	};
	return step;
}

static inline void tested_forget(struct tested *t)
{
	t->one.steps.nr = 0;
	test_failure_clear(&t->failure);
}

static inline void tested_bind(struct tested *t)
{
	int err = test_maps_bind(t->maps, &t->tests);

	if (err)
		print_error("%s%s\n", t->mistakes.bytes ?: "", xdplab_error());
	assert_int_equal(err, 0);
}

static inline void tested_ready(struct tested *t)
{
	tested_bind(t);
	assert_int_equal(test_maps_before(t->maps, t->steps, t->one.steps.nr),
			 0);
}

/* Whether the one step that there is has come true; it is forgotten. */
static inline int tested_came_true(struct tested *t)
{
	int came;

	test_failure_clear(&t->failure);
	came = test_maps_check(t->maps, &t->steps[0], &t->failure);
	if (came < 0)
		print_error("%s\n", xdplab_error());
	t->one.steps.nr = 0;
	return came;
}

/* Binds and does the one step; it is forgotten. */
static inline void tested_do(struct tested *t)
{
	tested_bind(t);
	assert_int_equal(test_maps_do(t->maps, &t->steps[0]), 0);
	t->one.steps.nr = 0;
}

static inline void tested_set(struct tested *t, const char *name,
			      const char *key, const char *path,
			      const char *value)
{
	tested_step(t, TEST_MAP_SET, name, key, path, TEST_EQ, value);
	tested_do(t);
}

static inline void tested_set_var(struct tested *t, const char *name,
				  const char *path, const char *value)
{
	tested_step(t, TEST_VAR_SET, name, NULL, path, TEST_EQ, value);
	tested_do(t);
}

/* Whether it is so now, without a send. */
static inline bool tested_is_so(struct tested *t, const char *name,
				const char *key, const char *path,
				const char *value)
{
	tested_step(t, EXPECT_MAP, name, key, path, TEST_EQ, value);
	tested_ready(t);
	return tested_came_true(t) == 1;
}

static inline bool tested_var_is(struct tested *t, const char *name,
				 const char *path, const char *value)
{
	tested_step(t, EXPECT_VAR, name, NULL, path, TEST_EQ, value);
	tested_ready(t);
	return tested_came_true(t) == 1;
}

/* The rows of the failure, "what | expected | got\n", with a '*' before those
 * that differ; they are the test's. */
static inline const char *tested_rows(struct tested *t)
{
	t->mistakes.length = 0;
	xdplab_text_add(&t->mistakes, "");
	for (size_t i = 0; i < t->failure.nr_rows; i++) {
		const struct xdplab_test_row *row = &t->failure.rows[i];

		xdplab_text_add(&t->mistakes, row->differs ? "*" : "");
		xdplab_text_add(&t->mistakes, row->what);
		xdplab_text_add(&t->mistakes, " | ");
		xdplab_text_add(&t->mistakes, row->expected);
		xdplab_text_add(&t->mistakes, " | ");
		xdplab_text_add(&t->mistakes, row->got);
		xdplab_text_add(&t->mistakes, "\n");
	}
	return t->mistakes.bytes;
}

#endif
