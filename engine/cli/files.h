#ifndef CLI_FILES_H
#define CLI_FILES_H

/* Data files compiled in by the Makefile: NAME.EXT as file_NAME_EXT. */
extern const char file_calendar_yaml[];
extern const char file_rules_yaml[];
extern const char file_report_css[];

#endif
