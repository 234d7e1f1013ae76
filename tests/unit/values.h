/* SPDX-License-Identifier: GPL-2.0-only */
/* values.h - the types of tests/bpf/values.bpf.c, and values of them */
#ifndef VALUES_H
#define VALUES_H

#include <errno.h>
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <bpf/btf.h>

/* First: cmocka has a macro of the name of our fail(). */
#include "../../lib/internal.h"
#include "../../lib/value/value.h"
#include <cmocka.h>

#define ROOM 512 /* of any value in these tests */

static struct btf *btf;

static inline int values_setup(void **state)
{
	char path[256];

	(void)state;
	snprintf(path, sizeof(path), "%s/tests/bpf/values.o",
		 getenv("B") ?: "build");
	btf = btf__parse(path, NULL);
	return btf ? 0 : -1;
}

static inline int values_teardown(void **state)
{
	(void)state;
	btf__free(btf);
	return 0;
}

/* The type of that name for values of `size` bytes; 0: as many as it has. */
static inline struct xdplab_type *type_of(const char *name, size_t size)
{
	struct xdplab_type *type = NULL;
	int id = btf__find_by_name(btf, name);

	assert_true(id > 0);
	if (!size)
		size = btf__type_by_id(btf, id)->size;
	assert_int_equal(value_type_make(&type, btf, id, size), 0);
	return type;
}

static inline void expect_print(const struct xdplab_type *type,
				const void *value, enum xdplab_form form,
				const char *printed)
{
	struct xdplab_text text = { 0 };

	xdplab_value_print(type, value, form, &text);
	assert_false(text.lost);
	assert_int_equal(text.length, strlen(text.bytes));
	assert_string_equal(text.bytes, printed);
	xdplab_text_free(&text);
}

/* That `input` is read as what prints as `printed`, in that form. */
static inline void expect_form(const char *name, size_t size, const char *input,
			       enum xdplab_form form, const char *printed)
{
	struct xdplab_type *type = type_of(name, size);
	unsigned char value[ROOM];

	if (xdplab_value_parse(type, value, input, NULL))
		print_message("%s: %s\n", input, xdplab_error());
	assert_int_equal(xdplab_value_parse(type, value, input, NULL), 0);
	expect_print(type, value, form, printed);
	value_type_free(type);
}

static inline void expect_text(const char *name, const char *input,
			       const char *printed)
{
	expect_form(name, 0, input, XDPLAB_FORM_TEXT, printed);
}

static inline void expect_json(const char *name, const char *input,
			       const char *printed)
{
	expect_form(name, 0, input, XDPLAB_FORM_JSON, printed);
}

/* That `input` is a mistake, at its character `at`, and leaves the value. */
static inline void expect_refused(const char *name, const char *input, int err,
				  size_t at, const char *error)
{
	struct xdplab_type *type = type_of(name, 0);
	unsigned char value[ROOM], before[ROOM];
	const char *end = NULL;

	memset(value, 0x5a, sizeof(value));
	memcpy(before, value, sizeof(value));
	assert_int_equal(xdplab_value_parse(type, value, input, &end), err);
	assert_string_equal(xdplab_error(), error);
	assert_int_equal(end - input, at);
	assert_memory_equal(value, before, sizeof(value));
	value_type_free(type);
}

#endif
