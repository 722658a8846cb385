# Turn text files into C: awk -v what=sql|steps|files -f embed.awk FILES
#   sql:   const char sql_<name>[]  for schema/queries/<name>.sql, and sql_all
#   names: the declarations of those, for db/sql.h
#   steps: const struct schema_step schema_steps[]  for schema/NNNN_<name>.sql
#   files: const char file_<name>[]  for <name>.<ext>, dots as underscores
function c_line(s) {
    gsub(/\\/, "&&", s); gsub(/"/, "\\\"", s); gsub(/\t/, "\\t", s)
    gsub(/\?\?/, "?\\?", s)
    return "    \"" s "\\n\"\n"
}
function base(path) { sub(/.*\//, "", path); return path }
function open_array(path,   n) {
    n = base(path)
    if (what == "sql") {
        sub(/\.sql$/, "", n); names[++count] = n
        return "const char sql_" n "[] =\n"
    }
    if (what == "steps") {
        sub(/\.sql$/, "", n); names[++count] = n
        return "static const char step_" n "[] =\n"
    }
    gsub(/[.-]/, "_", n)
    return "const char file_" n "[] =\n"
}
BEGIN {
    if (what == "names") {
        for (i = 1; i < ARGC; i++) {
            n = base(ARGV[i]); sub(/\.sql$/, "", n)
            print "extern const char sql_" n "[];"
        }
        exit
    }
    print "/* Made by .ci/embed.awk; do not edit. */"
    if (what == "sql") print "#include \"db/sql.h\"\n"
    if (what == "steps") print "#include \"db/migrate.h\"\n"
    if (what == "files") print "#include \"cli/files.h\"\n"
}
FNR == 1 {
    if (open) print "    ;\n"
    printf "%s", open_array(FILENAME)
    open = 1
}
{ printf "%s", c_line($0) }
END {
    if (open) print "    ;\n"
    if (what == "sql") {
        print "const struct sql_text sql_all[] = {"
        for (i = 1; i <= count; i++)
            printf "    { \"%s\", sql_%s },\n", names[i], names[i]
        print "    { 0, 0 }\n};"
    }
    if (what == "steps") {
        print "const struct schema_step schema_steps[] = {"
        for (i = 1; i <= count; i++)
            printf "    { %d, \"%s\", step_%s },\n", substr(names[i], 1, 4) + 0, substr(names[i], 6), names[i]
        print "    { 0, 0, 0 }\n};"
    }
}
