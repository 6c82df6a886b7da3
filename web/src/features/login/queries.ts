import { queryOptions } from "@tanstack/react-query";
import { api, call } from "@/api/client";

/** What an application sent the browser here with. */
export interface Asked {
  app_id: string;
  scope: string;
  redirect_uri: string;
  state?: string;
}

/** Who asks for what; forgotten when off the screen, because what is agreed to is good for a while only. */
export const consentQuery = (asked: Asked) =>
  queryOptions({
    queryKey: ["consent", asked],
    queryFn: () => call(api.GET("/api/v1/consents", { params: { query: asked } })),
    gcTime: 0,
    refetchOnWindowFocus: false,
  });

/** The applications that the person let know who they are. */
export const allowedAppsQuery = queryOptions({
  queryKey: ["allowed-apps"],
  queryFn: () => call(api.GET("/api/v1/allowed-apps")),
});

export const takeBack = (app_id: string): Promise<unknown> =>
  call(api.DELETE("/api/v1/allowed-apps/{app_id}", { params: { path: { app_id } } }));
