// SPDX-License-Identifier: GPL-2.0-only
/* list - which tests there are */
#include "out.h"
#include "test.h"

static void print(const struct test_file *file, const struct xdplab_test *test)
{
	char line[2048];

	snprintf(line, sizeof(line), "%s:%u: %s", file->path, test->line,
		 test->name);
	out_clean(line, sizeof(line), line);
	puts(line);
}

static json_t *row_of(const struct test_file *file,
		      const struct xdplab_test *test)
{
	json_t *row = json_object();

	row_set_text(row, "file", file->path);
	row_set_number(row, "line", test->line);
	row_set_text(row, "name", test->name);
	row_set_text(row, "after", test->after);
	return row;
}

int test_list(const struct test_asked *asked, const struct test_files *files)
{
	static const struct out_column no_columns[] = { { 0 } };
	struct out *out = args_count(asked->args, "json")
				  ? out_open(true, OUT_STREAM, no_columns)
				  : NULL;

	for (size_t i = 0; i < files->nr; i++) {
		const struct test_file *file = &files->at[i];

		for (size_t k = 0; k < file->nr_chosen; k++) {
			const struct xdplab_test *test =
				xdplab_tests_at(file->tests, file->chosen[k]);

			if (out)
				out_row(out, row_of(file, test));
			else
				print(file, test);
		}
	}
	return out && out_close(out) ? EXIT_FAILED : EXIT_DONE;
}
