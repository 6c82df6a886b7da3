import { queryOptions } from "@tanstack/react-query";
import { api } from "@/api/client";
import { ask } from "../session";

export const appsQuery = queryOptions({
  queryKey: ["console-apps"],
  queryFn: () => ask(api.GET("/api/v1/console/apps")),
});
