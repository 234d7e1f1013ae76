// SPDX-License-Identifier: GPL-2.0-only
/* row - what became of a test, as the object that all forms are made of */
#include <string.h>

#include "out.h"
#include "test.h"

/* ---- reading rows ---- */

const char *row_text(const json_t *row, const char *key)
{
	return json_string_value(json_object_get(row, key)) ?: "";
}

uint64_t row_number(const json_t *row, const char *key)
{
	return json_integer_value(json_object_get(row, key));
}

bool row_passed(const json_t *row)
{
	return !strcmp(row_text(row, "result"), "passed");
}

const char *row_message(const json_t *row)
{
	const json_t *first =
		json_array_get(json_object_get(row, "failures"), 0);

	return first ? row_text(first, "message") : row_text(row, "error");
}

/* ---- making them ---- */

void row_set(json_t *row, const char *key, json_t *value)
{
	if (json_object_set_new(row, key, value))
		need_memory(NULL);
}

void row_set_text(json_t *row, const char *key, const char *text)
{
	if (text && *text)
		row_set(row, key, out_string(text));
}

void row_set_number(json_t *row, const char *key, uint64_t number)
{
	row_set(row, key, json_integer((json_int_t)number));
}

static json_t *begin(const struct test_file *file, size_t index,
		     const char *result)
{
	const struct xdplab_test *test = xdplab_tests_at(file->tests, index);
	json_t *row = json_object();

	row_set_text(row, "kind", "test");
	row_set_text(row, "file", file->path);
	row_set_number(row, "line", test->line);
	row_set_text(row, "name", test->name);
	row_set_text(row, "result", result);
	return row;
}

static void set_again(json_t *row, const struct test_asked *asked,
		      const struct test_file *file, size_t index)
{
	struct xdplab_text line = { 0 };
	uint64_t seed = xdplab_tests_seed(file->tests);

	if (seed)
		row_set_number(row, "seed", seed);
	test_again(&line, asked, file, xdplab_tests_at(file->tests, index));
	row_set_text(row, "again", line.bytes);
	xdplab_text_free(&line);
}

json_t *test_row_error(const struct test_asked *asked,
		       const struct test_file *file, size_t index,
		       const char *error)
{
	json_t *row = begin(file, index, "failed");

	row_set_text(row, "error", error);
	set_again(row, asked, file, index);
	return row;
}

json_t *test_row_not_run(const struct test_file *file, size_t index,
			 const char *why)
{
	json_t *row = begin(file, index, "not-run");

	row_set_text(row, "error", why);
	return row;
}

/* ---- a failure ---- */

static json_t *difference(const struct xdplab_test_row *given)
{
	json_t *row = json_object();

	row_set_text(row, "what", given->what);
	row_set(row, "expected", out_string(given->expected ?: ""));
	row_set(row, "got", out_string(given->got ?: ""));
	row_set(row, "differs", json_boolean(given->differs));
	return row;
}

static json_t *failure(const struct xdplab_test_failure *given)
{
	json_t *row = json_object(), *rows = json_array();

	row_set_number(row, "line", given->line);
	row_set_text(row, "expectation", given->expectation);
	row_set_text(row, "message", given->message);
	for (size_t i = 0; i < given->nr_rows; i++)
		json_array_append_new(rows, difference(&given->rows[i]));
	if (given->nr_rows)
		row_set(row, "rows", rows);
	else
		json_decref(rows);
	return row;
}

static void set_packet_text(json_t *row, const char *key, const void *bytes,
			    size_t length)
{
	struct xdplab_packet *packet;
	struct xdplab_text text = { 0 };

	if (xdplab_packet_decode(&packet, bytes, length))
		return;
	xdplab_packet_print(packet, &text);
	row_set_text(row, key, text.bytes);
	xdplab_text_free(&text);
	xdplab_packet_free(packet);
}

static void set_packet(json_t *row, const struct xdplab_test_packet *packet)
{
	row_set_number(row, "packet", packet->number);
	row_set_text(row, "verdict", xdplab_verdict_name(packet->verdict));
	set_packet_text(row, "sent", packet->sent, packet->sent_length);
	set_packet_text(row, "got", packet->got, packet->got_length);
}

static void set_decided(json_t *row, const struct xdplab_test_result *result)
{
	const char *text = result->decided_text;

	row_set_text(row, "decided_file", result->decided_file);
	if (result->decided_line)
		row_set_number(row, "decided_line", result->decided_line);
	row_set_text(row, "decided_text", text + strspn(text, " \t"));
}

static void set_failures(json_t *row, const struct xdplab_test_result *result)
{
	json_t *failures = json_array();

	for (size_t i = 0; i < result->nr_failures; i++)
		json_array_append_new(failures, failure(&result->failures[i]));
	row_set(row, "failures", failures);
	row_set_text(row, "variables", result->variables);
	if (result->has_packet)
		set_packet(row, &result->packet);
	set_decided(row, result);
}

json_t *test_row(const struct test_asked *asked, const struct test_file *file,
		 size_t index, const struct xdplab_test_result *result,
		 const char *capture)
{
	json_t *row = begin(file, index, result->passed ? "passed" : "failed");

	row_set_number(row, "packets", result->nr_packets);
	row_set_number(row, "ns", result->ns);
	if (result->passed)
		return row;
	row_set_text(row, "error", result->error);
	set_failures(row, result);
	row_set_text(row, "capture", capture);
	set_again(row, asked, file, index);
	return row;
}
