// SPDX-License-Identifier: GPL-2.0-only
/* worker - runs tests in a process of its own, and tells what became of
 * them */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <linux/bpf.h>

#include "out.h"
#include "test.h"

struct worker {
	const struct test_asked *asked;
	const struct test_file *file;
	struct xdplab_capture *capture; /* of all packets; NULL: none */
	FILE *told;
};

/* ---- rows ---- */

static void tell(const struct worker *worker, json_t *row)
{
	json_dumpf(row, worker->told, JSON_COMPACT | JSON_ENSURE_ASCII);
	fputc('\n', worker->told);
	fflush(worker->told);
	json_decref(row);
}

static json_t *row_of_kind(const char *kind)
{
	json_t *row = json_object();

	row_set_text(row, "kind", kind);
	return row;
}

static void tell_not_loaded(const struct worker *worker, int status,
			    const char *why)
{
	json_t *row = row_of_kind("not-loaded");

	row_set_number(row, "status", status);
	row_set_text(row, "why", why);
	tell(worker, row);
}

static void tell_line(const struct worker *worker,
		      const struct xdplab_coverage_line *line)
{
	json_t *row = row_of_kind("coverage"), *ways = json_array();

	row_set_text(row, "file", line->file);
	row_set_number(row, "line", line->line);
	row_set_text(row, "text", line->text);
	row_set_text(row, "function", line->function);
	row_set_number(row, "hits", line->hits);
	for (uint32_t i = 0; i < line->branches; i++)
		json_array_append_new(ways,
				      json_pack("[I, i]",
						(json_int_t)line->ways[i].times,
						(int)line->ways[i].to));
	row_set(row, "ways", ways);
	tell(worker, row);
}

static void tell_coverage(const struct worker *worker)
{
	struct xdplab_coverage *coverage;
	int err = xdplab_coverage_read(&coverage, worker->file->tests);

	if (err) {
		say_failure(worker->asked->args, err);
		return;
	}
	for (size_t i = 0; i < xdplab_coverage_count(coverage); i++)
		tell_line(worker, xdplab_coverage_at(coverage, i));
	xdplab_coverage_free(coverage);
}

/* ---- packets ---- */

/* All that came out: what was dropped did not. */
static void keep_packet(const struct xdplab_test_packet *packet, void *arg)
{
	const struct worker *worker = arg;

	if (packet->verdict == XDP_PASS || packet->verdict == XDP_TX ||
	    packet->verdict == XDP_REDIRECT)
		xdplab_capture_add(worker->capture, packet->got,
				   packet->got_length);
}

/* DIRECTORY/FILE-LINE.pcap, where FILE is its path in one word. */
static void capture_path(const struct worker *worker, size_t index, char *path,
			 size_t size)
{
	const char *directory = worker->asked->save, *name = worker->file->path;
	size_t length = strlen(name), at = strlen(directory) + 1;

	if (test_is_file_name(name))
		length -= strlen(".test");
	snprintf(path, size, "%s/%.*s-%u.pcap", directory, (int)length, name,
		 xdplab_tests_at(worker->file->tests, index)->line);
	for (; at < size && path[at]; at++)
		if (!isalnum((unsigned char)path[at]) &&
		    !strchr("-_.", path[at]))
			path[at] = '-';
}

static int save(const char *directory, const char *path,
		const struct xdplab_test_packet *packet)
{
	struct xdplab_capture *capture;
	int err;

	mkdir(directory, 0755);
	err = xdplab_capture_open(&capture, path);
	if (err)
		return err;
	xdplab_capture_add(capture, packet->sent, packet->sent_length);
	xdplab_capture_add(capture, packet->got, packet->got_length);
	return xdplab_capture_close(capture);
}

/*
 * The packet of the first failure, as it was sent and as it came out.  `path`
 * becomes "" if there is none; what an earlier run has saved goes.  Why it
 * could not be saved is mostly why others cannot be, and said once.
 */
static void save_packet(const struct worker *worker, size_t index,
			const struct xdplab_test_result *result, char *path,
			size_t size)
{
	static bool said;
	int err;

	capture_path(worker, index, path, size);
	if (result->passed || !result->has_packet) {
		unlink(path);
		*path = '\0';
		return;
	}
	err = save(worker->asked->save, path, &result->packet);
	if (!err)
		return;
	if (!said)
		say_failure(worker->asked->args, err);
	said = true;
	*path = '\0';
}

/* ---- tests ---- */

/* What failed has been said; why is reported for those who read only the rows.
 */
static void tell_why_not_loaded(const struct worker *worker, int err)
{
	const json_t *wrong = worker->file->wrong;
	char line[2048];

	if (!json_array_size(wrong)) {
		tell_not_loaded(worker, say_failure(worker->asked->args, err),
				xdplab_error());
		return;
	}
	test_first_wrong(wrong, line, sizeof(line));
	tell_not_loaded(worker, EXIT_USAGE, line);
}

static int load(const struct worker *worker)
{
	struct xdplab_tests_load_opts opts = {
		.sz = sizeof(opts),
		.coverage = worker->asked->coverage,
		.packet = worker->capture ? keep_packet : NULL,
		.arg = (void *)worker,
	};
	int err = xdplab_tests_load(worker->file->tests, &opts);

	if (err)
		tell_why_not_loaded(worker, err);
	else
		tell(worker, row_of_kind("loaded"));
	return err;
}

static void run(const struct worker *worker, size_t index)
{
	struct xdplab_test_result *result;
	char path[4096];

	if (xdplab_tests_run(worker->file->tests, index, &result)) {
		tell(worker, test_row_error(worker->asked, worker->file, index,
					    xdplab_error()));
		return;
	}
	save_packet(worker, index, result, path, sizeof(path));
	tell(worker,
	     test_row(worker->asked, worker->file, index, result, path));
	xdplab_test_result_free(result);
	if (worker->capture && xdplab_capture_flush(worker->capture))
		say_failure(worker->asked->args, -EIO);
}

void test_worker(const struct test_asked *asked, const struct test_file *file,
		 size_t first, size_t end, int fd,
		 struct xdplab_capture *capture)
{
	struct worker worker = { asked, file, capture, fdopen(fd, "w") };

	need_memory(worker.told);
	if (load(&worker))
		return;
	for (size_t i = first; i < end; i++)
		run(&worker, file->chosen[i]);
	if (asked->coverage)
		tell_coverage(&worker);
	tell(&worker, row_of_kind("end"));
}
