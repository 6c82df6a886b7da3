CREATE SCHEMA payments;
