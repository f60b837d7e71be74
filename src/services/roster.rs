//! The roster: reading a workbook or a folder of CSV files, checking it, writing it.
