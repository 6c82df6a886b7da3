/* Opens Swagger UI on the server's own OpenAPI; a file of its own because inline scripts are off. */
SwaggerUIBundle({
  url: "/api/openapi.json",
  dom_id: "#swagger-ui",
  deepLinking: true,
  docExpansion: "none",
  tryItOutEnabled: true,
  requestInterceptor: (request) => {
    if (request.method !== "GET") request.headers["Idempotency-Key"] ??= crypto.randomUUID?.() ?? String(Math.random()).slice(2).padEnd(16, "0");
    return request;
  },
});
