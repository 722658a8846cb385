#ifndef REPORT_STYLE_H
#define REPORT_STYLE_H

/* report.css, compiled in by the Makefile. */
extern const char file_report_css[];

#endif
